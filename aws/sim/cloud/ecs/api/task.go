package api

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// TaskID is the id of a task, 32 hexadecimal digits. What a task in network mode awsvpc is known by
// follows from it, and is the same for the task's whole life.
type TaskID string

// Interface is the id of its elastic network interface.
func (t TaskID) Interface() string { return "eni-0" + string(t[:16]) }

// Attachment is the id of the interface's attachment.
func (t TaskID) Attachment() string {
	return string(t[:8] + "-" + t[8:12] + "-4" + t[13:16] + "-a" + t[17:20] + "-" + t[20:])
}

// MAC is the address of its interface.
func (t TaskID) MAC() string {
	return string("0a:" + t[0:2] + ":" + t[2:4] + ":" + t[4:6] + ":" + t[6:8] + ":" + t[8:10])
}

// PrivateIP is an address in the default VPC's range.
func (t TaskID) PrivateIP() string {
	n, _ := strconv.ParseUint(string(t[16:20]), 16, 16)
	return "172.31." + strconv.Itoa(int(n>>8)) + "." + strconv.Itoa(1+int(n&0xff)%254)
}

// PublicIP is an address out of the range that is reserved for documentation.
func (t TaskID) PublicIP() string {
	n, _ := strconv.ParseUint(string(t[20:24]), 16, 16)
	return "192.0.2." + strconv.Itoa(1+int(n)%254)
}

// Digest stands for the digest of an image: the same image has the same one in every region.
func Digest(image string) string {
	sum := sha256.Sum256([]byte(image))
	return "sha256:" + hex.EncodeToString(sum[:])
}
