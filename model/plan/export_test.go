package plan

import "bytes"

// Sealed gives a plan the digest of its content, as somebody who forges a file would.
func Sealed(p *Plan) *Plan {
	p.seal()
	return p
}

// SealedText gives the text of a plan the digest of what it says.
func SealedText(text []byte) []byte {
	text, err := canonical(text)
	if err != nil {
		panic(err)
	}
	digest, err := digestOf(text)
	if err != nil {
		panic(err)
	}
	at := bytes.LastIndex(text, []byte(digestMember)) + len(digestMember)
	return []byte(string(text[:at]) + digest + `"}`)
}
