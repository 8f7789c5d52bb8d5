package logfile

import (
	"bufio"
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// unpacker reads through gzip and zstd, one file after the other: a trail has a file for every few
// minutes, and what it takes to unpack one is more than it holds.
type unpacker struct {
	packed, plain *bufio.Reader
	gzip          *gzip.Reader
	zstd          *zstd.Decoder
}

// unpack tells by the first bytes how a file is packed.
func (u *unpacker) unpack(file io.Reader) (io.Reader, error) {
	if u.packed == nil {
		u.packed = bufio.NewReaderSize(file, 16<<10)
	} else {
		u.packed.Reset(file)
	}
	head, _ := u.packed.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		if u.gzip != nil {
			return u.gzip, u.gzip.Reset(u.packed)
		}
		z, err := gzip.NewReader(u.packed)
		if err != nil {
			return nil, err
		}
		u.gzip = z
		return z, nil
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		if u.zstd != nil {
			return u.zstd, u.zstd.Reset(u.packed)
		}
		z, err := zstd.NewReader(u.packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(128<<20))
		if err != nil {
			return nil, err
		}
		u.zstd = z
		return z, nil
	}
	return u.packed, nil
}

// buffer holds what was unpacked.
func (u *unpacker) buffer(from io.Reader) *bufio.Reader {
	if u.plain == nil {
		u.plain = bufio.NewReaderSize(from, 64<<10)
	} else {
		u.plain.Reset(from)
	}
	return u.plain
}

// close lets go of what unpacking took.
func (u *unpacker) close() {
	if u.zstd != nil {
		u.zstd.Close()
	}
}
