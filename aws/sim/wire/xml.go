package wire

import (
	"bytes"
	"encoding/xml"
	"reflect"
	"slices"
	"strings"
	"time"
)

// encodeXML writes the answer of a query service: EC2 puts members and requestId into one element,
// the others wrap the members in a result and give the id behind it.
func (c *Codec) encodeXML(op string, v reflect.Value, requestID string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString("<" + op + `Response xmlns="` + c.Version + `">`)
	if c.Protocol == EC2 {
		element(&b, "requestId", requestID)
		c.writeMembers(&b, v)
	} else {
		b.WriteString("<" + op + "Result>")
		c.writeMembers(&b, v)
		b.WriteString("</" + op + "Result><ResponseMetadata>")
		element(&b, "RequestId", requestID)
		b.WriteString("</ResponseMetadata>")
	}
	b.WriteString("</" + op + "Response>")
	return b.Bytes()
}

func (c *Codec) writeMembers(b *bytes.Buffer, v reflect.Value) {
	for _, f := range c.outFields(v.Type()) {
		if member := v.Field(f.index); !absent(member) {
			c.writeXML(b, f.wire, member)
		}
	}
}

// writeXML writes v as an element. Members of lists are called item by EC2 and member by the
// others; maps are entries of key and value.
func (c *Codec) writeXML(b *bytes.Buffer, name string, v reflect.Value) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return
	}
	_, isTime := v.Interface().(time.Time)
	switch {
	case v.Kind() == reflect.Struct && !isTime:
		b.WriteString("<" + name + ">")
		c.writeMembers(b, v)
		b.WriteString("</" + name + ">")
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		item := "member"
		if c.Protocol == EC2 {
			item = "item"
		}
		b.WriteString("<" + name + ">")
		for i := range v.Len() {
			c.writeXML(b, item, v.Index(i))
		}
		b.WriteString("</" + name + ">")
	case v.Kind() == reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		b.WriteString("<" + name + ">")
		for _, k := range keys {
			b.WriteString("<entry>")
			element(b, "key", k.String())
			c.writeXML(b, "value", v.MapIndex(k))
			b.WriteString("</entry>")
		}
		b.WriteString("</" + name + ">")
	case v.Kind() == reflect.Interface:
		c.writeUnion(b, name, v)
	default:
		element(b, name, xmlText(v))
	}
}

func (c *Codec) writeUnion(b *bytes.Buffer, name string, v reflect.Value) {
	if member, value, ok := c.unionMember(v.Elem()); ok {
		b.WriteString("<" + name + ">")
		c.writeXML(b, member, value)
		b.WriteString("</" + name + ">")
	}
}

// element writes text in an element; what XML cannot say becomes the replacement character.
func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	_ = xml.EscapeText(b, []byte(text))
	b.WriteString("</" + name + ">")
}
