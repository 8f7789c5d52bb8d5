package plan

// Sealed gives a plan the digest of its content, as somebody who forges a file would.
func Sealed(p *Plan) *Plan {
	p.Digest = p.digest()
	return p
}
