package aws

import "github.com/rootout/rootout/model"

// ClassifyIn refines Classify by what is known of the region: a session that is accepted in the
// bootstrap region and refused as unknown in an enabled opt-in region is most likely of version 1.
// Tokens do not say their version, so it is told by behaviour. Long-term keys are valid everywhere,
// so for them it stays InvalidToken.
func (c *Connection) ClassifyIn(region model.Region, err error) Class {
	class := Classify(err)
	if class == InvalidToken && c.hasSession() && region.Status == model.Enabled {
		return V1Token
	}
	return class
}

// ExplainOptIn words the refusal of an opt-in region, or returns nil if the error is of another
// class. The wire says the same of a wrong key, a disabled region, a region that was enabled
// minutes ago and a version 1 token; what the account says of the region tells them apart.
func (c *Connection) ExplainOptIn(region model.Region, err error) *Explained {
	class := c.ClassifyIn(region, err)
	if class != InvalidToken && class != V1Token {
		return nil
	}
	e := explain("asking", region.Name, err, ReasonInvalid, "")
	e.Class = class
	switch {
	case region.Status == model.Disabled:
		e.Words = "the region is disabled for the account"
		e.Next = "What runs there goes on running and is billed. Enable the region to look, after the intruder's access is cut."
	case region.Status == model.Enabling || region.Status == model.Disabling:
		e.Words = "the region is in transition"
		e.Next = "That takes minutes, at times hours. It is asked again by itself."
	case class == V1Token:
		e.Reason = ReasonV1Token
		e.Words = "the session is valid in " + c.bootstrap + " and not here: its token is of version 1, or the region was enabled minutes ago"
		e.Next = "If it lasts, get a session from a regional STS endpoint (AWS_STS_REGIONAL_ENDPOINTS=regional), or set the account's " +
			"global endpoint to version 2 tokens in the IAM console under Account settings, and sign in again."
	case region.Status == model.Enabled:
		e.Words = "the credentials are valid in " + c.bootstrap + " and not here: the region was probably enabled minutes ago"
		e.Next = "It is asked again by itself."
	default:
		e.Next = "The credentials were valid in " + c.bootstrap + " when the console started: they may have been switched off since. Sign in again."
	}
	return e
}
