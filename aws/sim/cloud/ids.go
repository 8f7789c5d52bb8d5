package cloud

import (
	"strings"
	"time"
)

// HexID returns n lower-case hexadecimal digits from the seeded source. The lock is held.
func (c *Cloud) HexID(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[c.rng.IntN(16)]
	}
	return string(b)
}

// UUID returns a random-looking, repeatable UUID. The lock is held.
func (c *Cloud) UUID() string {
	h := c.HexID(32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// IntN returns a number from 0 to n-1 from the seeded source. The lock is held.
func (c *Cloud) IntN(n int) int { return c.rng.IntN(n) }

// UpTo returns a duration below d from the seeded source. The lock is held.
func (c *Cloud) UpTo(d time.Duration) time.Duration { return time.Duration(c.rng.Int64N(int64(d))) }

// ShortName is what follows the last slash: the name in an ARN or path, or the name itself.
func ShortName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }
