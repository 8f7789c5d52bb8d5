package cloud

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"
)

// SealToken makes a page token of where a page ended. It carries a checksum, so that what no page has
// handed out is not taken for one.
func SealToken(end string) string {
	return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, checksum(end)), end...))
}

// OpenToken is where the page ended that a token came with; ok is false for garbage.
func OpenToken(token string) (end string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < 8 || binary.BigEndian.Uint64(raw) != checksum(string(raw[8:])) {
		return "", false
	}
	return string(raw[8:]), true
}

func checksum(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

// Page cuts one page out of a sorted listing: token is what came with the page before, and the returned
// token is empty on the last page. ok is false for a token that no page has handed out.
func Page[T any](all []T, id func(T) string, limit int, token string) (items []T, next string, ok bool) {
	start := 0
	if token != "" {
		end, good := OpenToken(token)
		if !good {
			return nil, "", false
		}
		if start = slices.IndexFunc(all, func(t T) bool { return id(t) > end }); start < 0 {
			return nil, "", true
		}
	}
	end := min(start+limit, len(all))
	items = all[start:end]
	if end < len(all) {
		next = SealToken(id(all[end-1]))
	}
	return items, next, true
}
