package form

import (
	"bytes"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

const (
	// zipAbove is the size in bytes above which a record is compressed; below it zstd gains
	// nothing.
	zipAbove = 512
	// unzipMost bounds, in bytes, what one record may unpack to: a case may come from somebody
	// else.
	unzipMost = 512 << 20
)

// Zipper compresses for one writer. Its buffer is used again by the next call.
type Zipper struct {
	encoder *zstd.Encoder
	buffer  []byte
}

// NewZipper makes one; its error is the compressor's.
func NewZipper() (*Zipper, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("make a compressor: %w", err)
	}
	return &Zipper{encoder: encoder}, nil
}

// Zip returns text as it is stored: as it is when it is short, else as one zstd frame. It is good
// until the next call.
func (z *Zipper) Zip(text []byte) []byte {
	if len(text) <= zipAbove {
		return text
	}
	z.buffer = z.encoder.EncodeAll(text, z.buffer[:0])
	return z.buffer
}

// Unzip is the inverse of Zip. JSON never begins with the first byte of a zstd frame, so no flag is
// needed.
func Unzip(stored []byte) ([]byte, error) {
	if !bytes.HasPrefix(stored, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		return stored, nil
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(unzipMost))
	if err != nil {
		return nil, fmt.Errorf("make a decompressor: %w", err)
	}
	defer decoder.Close()
	text, err := decoder.DecodeAll(stored, nil)
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	return text, nil
}
