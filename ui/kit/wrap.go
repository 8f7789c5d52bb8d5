package kit

import "strings"

// WrapHanging is [Wrap] with every line of a paragraph but its first indented two cells more than
// that, so that where one begins is seen.
func WrapHanging(s string, w int) []string {
	var lines []string
	for para := range strings.SplitSeq(s, "\n") {
		para = Plain(para)
		indent := strings.Repeat(" ", len(para)-len(strings.TrimLeft(para, " "))+2)
		if Width(para) <= w || w <= len(indent)+defaultMin {
			lines = append(lines, wrapLine(para, max(w, 1))...)
			continue
		}
		head := wrapLine(para, w)[0]
		lines = append(lines, head)
		for _, part := range wrapLine(strings.TrimLeft(para[len(head):], " "), w-len(indent)) {
			lines = append(lines, indent+part)
		}
	}
	return lines
}

// FoldLine draws spans like [Line], over as many lines as they need, up to most: broken at spaces, and
// all but the first indented by so many cells. Only what does not fit into those is cut.
func FoldLine(w, indent, most int, spans ...Span) []string {
	if spansWidth(spans) <= w || most <= 1 || w <= indent+defaultMin {
		return []string{Line(w, spans...)}
	}
	head, rest := breakSpans(spans, w)
	lead := Span{Text: strings.Repeat(" ", indent)}
	return append([]string{Line(w, head...)}, FoldLine(w, indent, most-1, append([]Span{lead}, rest...)...)...)
}

// breakSpans parts spans at the last space up to which they fit, or where they stop fitting if there is
// none behind the indent.
func breakSpans(spans []Span, w int) (head, rest []Span) {
	used, at, cutAt := 0, -1, -1
	for i, s := range spans {
		text := Plain(s.Text)
		n, cells := cut(text, w-used)
		part := text[:n]
		// A span that ends where the line does may be left by its last space, or by the next one's first.
		if n < len(text) && text[n] == ' ' {
			at, cutAt = i, n
		} else if space := strings.LastIndexByte(part, ' '); space >= 0 && strings.TrimSpace(part[:space]) != "" || space >= 0 && i > 0 {
			at, cutAt = i, space
		}
		used += cells
		if n < len(text) {
			if at < 0 {
				at, cutAt = i, n
			}
			break
		}
	}
	if at < 0 {
		return spans, nil
	}
	text := Plain(spans[at].Text)
	head = append(append(head, spans[:at]...), Span{Text: text[:cutAt], Style: spans[at].Style})
	rest = append(rest, Span{Text: strings.TrimLeft(text[cutAt:], " "), Style: spans[at].Style})
	return head, append(rest, spans[at+1:]...)
}
