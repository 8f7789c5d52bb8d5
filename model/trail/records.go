package trail

import (
	"encoding/binary"

	"github.com/klauspost/compress/zstd"
)

// blockRecords and blockBytes bound what is compressed together: enough for records to share their
// words, and little enough that one of them is read in a millisecond.
const (
	blockRecords = 128
	blockBytes   = 256 << 10
)

// Records keeps the records of events, compressed by the hundred, under their numbers in an index. It
// is not safe for use by several goroutines.
type Records struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
	// blocks are those that are whole; at is where the record of a number stands: its block, and its
	// place in it. open are the records that wait for their block to become whole.
	blocks [][]byte
	at     map[int32]place
	open   [][]byte
	bytes  int
}

type place struct {
	block int32
	in    uint16
}

// NewRecords keeps nothing yet.
func NewRecords() (*Records, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &Records{enc: enc, dec: dec, at: map[int32]place{}}, nil
}

// Add keeps a record, which it copies.
func (r *Records) Add(n int32, raw []byte) {
	r.at[n] = place{block: int32(len(r.blocks)), in: uint16(len(r.open))}
	r.open = append(r.open, append([]byte(nil), raw...))
	if r.bytes += len(raw); len(r.open) < blockRecords && r.bytes < blockBytes {
		return
	}
	plain := make([]byte, 0, r.bytes+4*len(r.open))
	for _, one := range r.open {
		plain = binary.AppendUvarint(plain, uint64(len(one)))
		plain = append(plain, one...)
	}
	packed := r.enc.EncodeAll(plain, make([]byte, 0, len(plain)/4))
	r.blocks = append(r.blocks, append([]byte(nil), packed...)) // Without what EncodeAll allocates ahead.
	r.open, r.bytes = nil, 0
}

// Get is the record of a number, nil where there is none.
func (r *Records) Get(n int32) ([]byte, error) {
	p, known := r.at[n]
	if !known {
		return nil, nil
	}
	if int(p.block) == len(r.blocks) {
		return r.open[p.in], nil
	}
	plain, err := r.dec.DecodeAll(r.blocks[p.block], nil)
	if err != nil {
		return nil, err
	}
	for in := uint16(0); ; in++ {
		size, used := binary.Uvarint(plain)
		if used <= 0 || uint64(len(plain)-used) < size {
			return nil, nil
		}
		plain = plain[used:]
		if in == p.in {
			return plain[:size], nil
		}
		plain = plain[size:]
	}
}

// Bytes is how many it takes, compressed.
func (r *Records) Bytes() int {
	n := r.bytes
	for _, b := range r.blocks {
		n += len(b)
	}
	return n
}
