package breach

import (
	"crypto/sha256"
	"strconv"
)

// style is how the intruder names things; it differs by seed.
type style struct {
	// suffix follows the cluster's name in the service's; images are what he runs, agents what his
	// tools call themselves.
	suffix string
	images []string
}

const (
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	base32       = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	hexDigits    = "0123456789abcdef"
)

func (b *builder) newStyle() style {
	s := style{suffix: oneOf(b, "-service", "-svc", "", "-run")}
	for range b.between(2, 4) {
		// Users of Docker Hub have no two digits in a row before a letter as often as these, which
		// are nobody's.
		user := b.letters(lowerLetters, 4) + strconv.Itoa(b.between(1000, 9999)) + b.letters(lowerLetters, 2)
		for range b.between(1, 3) {
			s.images = append(s.images, user+"/"+b.letters(lowerLetters, 2)+":"+b.letters(lowerLetters, 2))
		}
	}
	return s
}

// letters are n random ones of an alphabet.
func (b *builder) letters(alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[b.rng.IntN(len(alphabet))]
	}
	return string(out)
}

// letters are n letters of an alphabet that follow from a text, for what must draw nothing.
func letters(text, alphabet string, n int) string {
	sum := sha256.Sum256([]byte(text))
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[int(sum[i%len(sum)])%len(alphabet)]
	}
	return string(out)
}

// fresh is a random name that nothing in the scenario has yet.
func (b *builder) fresh() string {
	for {
		name := b.letters(lowerLetters, b.between(6, 9))
		if !b.taken[name] {
			b.taken[name] = true
			return name
		}
	}
}

// key makes up an access key id.
func (b *builder) key(prefix string) string { return prefix + b.letters(base32, 16) }

// uuid makes up a UUID.
func (b *builder) uuid() string {
	h := b.letters(hexDigits, 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
