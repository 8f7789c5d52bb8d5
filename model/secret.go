package model

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Sealer replaces secrets by what can be compared but not read back. Its key belongs to one case,
// so that the same secret shows as the same mark inside the case and as another outside.
type Sealer struct{ key []byte }

// NewSealer makes a sealer from a case's key, which must be random and at least 16 bytes long.
func NewSealer(key []byte) Sealer { return Sealer{key: key} }

// Seal replaces a value by its length and the first eight bytes of its HMAC-SHA-256, for example
// "sealed:23:9f86d081884c7d65". An empty value stays empty.
func (s Sealer) Seal(value string) string {
	if value == "" {
		return ""
	}
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(value))
	return "sealed:" + strconv.Itoa(len(value)) + ":" + hex.EncodeToString(mac.Sum(nil)[:8])
}
