package ui

import (
	"encoding/xml"
	"fmt"
	"html"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/google/go-cmp/cmp"
)

// pictured are the golden screens that the README shows, with what a reader hears who cannot see
// them.
func pictured() map[string]string {
	return map[string]string{
		"grid_120x40":     "The grid: a row for every region, a column for every kind, what it costs, and what could not be counted",
		"review_120x40":   "The review of a removal: what goes in which order, how long it takes, and the phrase that has to be typed",
		"timeline_120x40": "The timeline: how much changed when, the sessions that changed most, and what they did",
		"run_120x40":      "A run under way: steps by region, what failed in AWS's words, and the burn rate falling",
	}
}

// A cell of the picture, in its own units, and the margin around all of them.
const (
	cellWidth, cellHeight = 8.4, 18.0
	fontSize, baseline    = 14.0, 13.5
	margin                = 12.0
)

// terminalColours is what a terminal makes of the 16 colours: those that package theme uses, by
// their number, and the two grounds.
type terminalColours struct {
	name             string
	ground, ink, dim string
	colours          map[ansi.BasicColor]string
}

func palettes() []terminalColours {
	return []terminalColours{
		{"dark", "#16181d", "#d8dade", "#9aa0a8", map[ansi.BasicColor]string{
			ansi.Red: "#ff8078", ansi.Green: "#6cc76c", ansi.Yellow: "#e3b341", ansi.Blue: "#6cb0ff", ansi.Magenta: "#d2a0ff", ansi.Cyan: "#56c8d8",
		}},
		{"light", "#fbfbf8", "#24292f", "#5c636b", map[ansi.BasicColor]string{
			ansi.Red: "#b3261e", ansi.Green: "#1a7f37", ansi.Yellow: "#8a5c00", ansi.Blue: "#0b57b0", ansi.Magenta: "#8a3ab9", ansi.Cyan: "#0e7080",
		}},
	}
}

func picturePath(name string, p terminalColours) string {
	return filepath.Join("testdata", name+"_"+p.name+".svg")
}

// picture draws the screen as it stands, on a dark and on a light ground, if the README shows it.
func (d *driver) picture(name string) {
	d.T.Helper()
	title, wanted := pictured()[name]
	if !wanted {
		return
	}
	for _, p := range palettes() {
		d.Send(tea.BackgroundColorMsg{Color: rgb(d.T, p.ground)})
		got := drawPicture(d.T, d.m.View().Content, d.Width, d.Height, p, title)
		if *update {
			if err := os.WriteFile(picturePath(name, p), []byte(got), 0o644); err != nil {
				d.T.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(picturePath(name, p))
		if err != nil {
			d.T.Fatal(err)
		}
		if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
			d.T.Errorf("%s is not what the console draws; write it anew with -update (-want +got):\n%s", picturePath(name, p), diff)
		}
	}
	d.Send(tea.BackgroundColorMsg{Color: color.Black})
}

// look is how a run of cells is drawn.
type look struct {
	ink, ground     string
	bold, underline bool
}

// drawPicture lets a terminal emulator take the frame in and draws its cells as SVG. Of blank lines
// one after the other one is left.
func drawPicture(t *testing.T, frame string, w, h int, p terminalColours, title string) string {
	t.Helper()
	term := vt.NewEmulator(w, h)
	defer term.Close()
	if _, err := term.WriteString(strings.ReplaceAll(frame, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	var body strings.Builder
	row, blank := 0, false
	for y := range h {
		line, empty := drawLine(t, term, y, row, p)
		if empty && blank {
			continue
		}
		blank = empty
		body.WriteString(line)
		row++
	}
	width, height := float64(w)*cellWidth+2*margin, float64(row)*cellHeight+2*margin
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]s %[2]s" width="%[1]s" height="%[2]s" role="img">
<title>%[3]s</title>
<style>text{font:%[4]spx ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:%[5]s}.b{font-weight:700}.u{text-decoration:underline}</style>
<rect width="%[1]s" height="%[2]s" rx="8" fill="%[6]s"/>
%[7]s</svg>
`, number(width), number(height), html.EscapeString(title), number(fontSize), p.ink, p.ground, body.String())
}

// drawLine draws a line of the terminal as the row-th of the picture, and says whether there is
// nothing to see on it.
func drawLine(t *testing.T, term *vt.Emulator, y, row int, p terminalColours) (svg string, empty bool) {
	t.Helper()
	var grounds, texts strings.Builder
	empty = true
	top := margin + float64(row)*cellHeight
	for x := 0; x < term.Width(); {
		l := lookOf(t, term.CellAt(x, y), p)
		start, text := x, ""
		for x < term.Width() && lookOf(t, term.CellAt(x, y), p) == l {
			c := term.CellAt(x, y)
			step, content := 1, " "
			if c != nil && c.Content != "" {
				step, content = max(1, c.Width), c.Content
			}
			// A wide character stands alone and a block only among its own: fonts do not agree on
			// their width, or leave gaps between them.
			wide, block := step > 1, isBlock(content)
			if x > start && (wide || block != isBlock(text) || block && !strings.HasPrefix(text, content)) {
				break
			}
			text, x = text+content, x+step
			if wide {
				break
			}
		}
		if l.ground != p.ground {
			empty = false
			fmt.Fprintf(&grounds, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`+"\n",
				number(left(start)), number(top), number(float64(x-start)*cellWidth), number(cellHeight), l.ground)
		}
		if strings.TrimSpace(text) != "" || l.underline {
			empty = false
			drawRun(&texts, start, top, text, l, p)
		}
	}
	return grounds.String() + texts.String(), empty
}

// drawRun draws text that begins at a column, word by word where there is more than one blank
// between them, each at its own place and width, so that columns stand in line in any font.
func drawRun(b *strings.Builder, column int, top float64, text string, l look, p terminalColours) {
	if isBlock(text) {
		high, shade := cellHeight, ""
		if i := strings.Index("▁▂▃▄▅▆▇", text[:len("▁")]); i >= 0 {
			high = cellHeight * float64(i/len("▁")+1) / 8
		}
		if strings.HasPrefix(text, "░") {
			shade = ` fill-opacity="0.3"`
		}
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"%s/>`+"\n",
			number(left(column)), number(top+cellHeight-high), number(float64(ansi.StringWidth(text))*cellWidth), number(high), l.ink, shade)
		return
	}
	attrs := ""
	if class := strings.TrimSpace(map[bool]string{true: "b "}[l.bold] + map[bool]string{true: "u"}[l.underline]); class != "" {
		attrs += ` class="` + class + `"`
	}
	if l.ink != p.ink {
		attrs += ` style="fill:` + l.ink + `"`
	}
	wide := ansi.StringWidth(text) > len([]rune(text))
	for text != "" {
		word, rest := text, ""
		if i := strings.Index(text, "  "); i >= 0 && !wide {
			word, rest = text[:i], text[i:]
		}
		if trimmed := strings.TrimLeft(word, " "); trimmed != word {
			column += len(word) - len(trimmed)
			word = trimmed
		}
		if used := ansi.StringWidth(word); word != "" {
			shown := strings.TrimRight(word, " ")
			fmt.Fprintf(b, `<text x="%s" y="%s" textLength="%s" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
				number(left(column)), number(top+baseline), number(float64(ansi.StringWidth(shown))*cellWidth), attrs, html.EscapeString(shown))
			column += used
		}
		blanks := len(rest) - len(strings.TrimLeft(rest, " "))
		column, text = column+blanks, rest[blanks:]
	}
}

func lookOf(t *testing.T, c *uv.Cell, p terminalColours) look {
	t.Helper()
	l := look{ink: p.ink, ground: p.ground}
	if c == nil {
		return l
	}
	l.bold, l.underline = c.Style.Attrs&uv.AttrBold != 0, c.Style.Underline != 0
	if c.Style.Bg != nil {
		t.Fatalf("a background of its own, %v: the pictures know none", c.Style.Bg)
	}
	if c.Style.Fg != nil {
		basic, _ := c.Style.Fg.(ansi.BasicColor)
		ink, ok := p.colours[basic]
		if !ok {
			t.Fatalf("colour %v is not of the palette %s", c.Style.Fg, p.name)
		}
		l.ink = ink
	}
	if c.Style.Attrs&uv.AttrFaint != 0 {
		l.ink = p.dim
	}
	if c.Style.Attrs&uv.AttrReverse != 0 {
		l.ink, l.ground = l.ground, l.ink
	}
	return l
}

// isBlock says whether a text begins with a block that is drawn as a rectangle.
func isBlock(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("█░▁▂▃▄▅▆▇", r)
}

func left(column int) float64 { return margin + float64(column)*cellWidth }

// number is a length with at most two digits behind the point.
func number(f float64) string {
	return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64)
}

func rgb(t *testing.T, hex string) color.RGBA {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	return color.RGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: 255}
}

// TestPicturesSayWhatTheGoldenScreensSay reads the words back out of the pictures of the README.
func TestPicturesSayWhatTheGoldenScreensSay(t *testing.T) {
	for name := range pictured() {
		golden, err := os.ReadFile(filepath.Join("testdata", name+".golden"))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for line := range strings.Lines(string(golden)) {
			line = strings.TrimRight(line, " \r\n")
			if line == "" && len(want) > 0 && want[len(want)-1] == "" {
				continue
			}
			want = append(want, strings.TrimRight(strings.Map(func(r rune) rune {
				if isBlock(string(r)) {
					return ' '
				}
				return r
			}, line), " "))
		}
		for _, p := range palettes() {
			data, err := os.ReadFile(picturePath(name, p))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, wordsOf(t, data, len(want))); diff != "" {
				t.Errorf("%s does not say what %s.golden says (-golden +picture):\n%s", picturePath(name, p), name, diff)
			}
		}
	}
}

// wordsOf puts the texts of a picture where they stand.
func wordsOf(t *testing.T, data []byte, lines int) []string {
	t.Helper()
	var svg struct {
		Texts []struct {
			X     float64 `xml:"x,attr"`
			Y     float64 `xml:"y,attr"`
			Words string  `xml:",chardata"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal(data, &svg); err != nil {
		t.Fatal(err)
	}
	out := make([]string, lines)
	for _, text := range svg.Texts {
		row := int(math.Round((text.Y - baseline - margin) / cellHeight))
		column := int(math.Round((text.X - margin) / cellWidth))
		if row >= lines {
			t.Fatalf("%q stands on line %d of %d", text.Words, row, lines)
		}
		out[row] += strings.Repeat(" ", max(0, column-ansi.StringWidth(out[row]))) + text.Words
	}
	return out
}

// TestPicturesCanBeRead holds the palettes to the contrast that WCAG 2.2 asks of text (1.4.3: 4.5
// to 1).
func TestPicturesCanBeRead(t *testing.T) {
	luminance := func(hex string) float64 {
		c := rgb(t, hex)
		linear := func(v uint8) float64 {
			f := float64(v) / 255
			if f <= 0.04045 {
				return f / 12.92
			}
			return math.Pow((f+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	}
	for _, p := range palettes() {
		inks := map[string]string{"ink": p.ink, "dim": p.dim}
		for c, hex := range p.colours {
			inks[fmt.Sprint("colour ", c)] = hex
		}
		for name, hex := range inks {
			a, b := luminance(hex), luminance(p.ground)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s on the %s ground: contrast %.1f", name, p.name, ratio)
			}
		}
	}
}
