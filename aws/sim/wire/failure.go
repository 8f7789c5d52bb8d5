package wire

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strings"
)

// Fail writes an error as the service's clients read it: __type in JSON bodies, X-Amzn-ErrorType in
// REST-JSON, ErrorResponse from query services, Response/Errors from EC2 (Smithy protocol
// definitions, "operation error serialization").
func (c *Codec) Fail(f Failure, requestID string) Response {
	if f.Status == 0 {
		f.Status = http.StatusBadRequest
	}
	out := Response{Status: f.Status, Header: http.Header{"X-Amzn-Requestid": {requestID}}}
	switch c.Protocol {
	case Query, EC2:
		out.Header.Set("Content-Type", "text/xml;charset=UTF-8")
		out.Body = c.failXML(f, requestID)
	case RESTXML:
		out.Header.Set("Content-Type", "application/xml")
		out.Body = c.failXML(f, requestID)
	case RESTJSON:
		out.Header.Set("Content-Type", "application/json")
		out.Header.Set("X-Amzn-ErrorType", f.Code)
		out.Body = failJSON(f, false)
	default:
		out.Header.Set("Content-Type", "application/x-amz-json-"+c.Version)
		out.Body = failJSON(f, true)
	}
	return out
}

func failJSON(f Failure, typed bool) []byte {
	b := []byte{'{'}
	if typed {
		b = append(b, `"__type":`...)
		b = appendString(b, f.Code)
		b = append(b, ',')
	}
	b = append(b, `"message":`...)
	b = appendString(b, f.Message)
	return append(b, '}')
}

func (c *Codec) failXML(f Failure, requestID string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if c.Protocol == RESTXML {
		b.WriteString("<Error>")
		element(&b, "Code", f.Code)
		element(&b, "Message", f.Message)
		element(&b, "RequestId", requestID)
		b.WriteString("</Error>")
		return b.Bytes()
	}
	if c.Protocol == EC2 {
		b.WriteString("<Response><Errors><Error>")
		element(&b, "Code", f.Code)
		element(&b, "Message", f.Message)
		b.WriteString("</Error></Errors>")
		element(&b, "RequestID", requestID)
		b.WriteString("</Response>")
		return b.Bytes()
	}
	kind := "Sender"
	if f.Status >= 500 {
		kind = "Receiver"
	}
	b.WriteString(`<ErrorResponse xmlns="` + c.Version + `"><Error>`)
	element(&b, "Type", kind)
	element(&b, "Code", f.Code)
	element(&b, "Message", f.Message)
	b.WriteString("</Error>")
	element(&b, "RequestId", requestID)
	b.WriteString("</ErrorResponse>")
	return b.Bytes()
}

// splitTarget takes X-Amz-Target apart at its last dot.
func splitTarget(target string) (prefix, op string) {
	i := strings.LastIndexByte(target, '.')
	if i < 0 {
		return "", ""
	}
	return target[:i], target[i+1:]
}
