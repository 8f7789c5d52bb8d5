package theme

import (
	"reflect"
	"regexp"
	"testing"
)

var colour = regexp.MustCompile(`[;[](3[0-9]|4[0-9]|9[0-9]|10[0-9])[;m]`)

// weight finds an attribute that is no colour, colour256 takes one of 256 colours.
var (
	weight    = regexp.MustCompile(`[;[][1247][;m]`)
	colour256 = regexp.MustCompile(`38;5;[0-9]+`)
)

func styles(th Theme) map[string]Style {
	out := map[string]Style{}
	v := reflect.ValueOf(th)
	for i := range v.NumField() {
		out[v.Type().Field(i).Name] = v.Field(i).Interface().(Style)
	}
	return out
}

func TestNoColorHasNoColour(t *testing.T) {
	coloured := 0
	for _, dark := range []bool{true, false} {
		for name, s := range styles(New(Options{NoColor: true, Dark: dark})) {
			if colour.MatchString(s.Open()) {
				t.Errorf("%s has a colour: %q", name, s.Open())
			}
		}
		for _, s := range styles(New(Options{Dark: dark})) {
			if colour.MatchString(s.Open()) {
				coloured++
			}
		}
	}
	if coloured == 0 {
		t.Error("no style has a colour where colours are wanted")
	}
}

// TestOnlyTheSixteenColours keeps palettes of the user's own in charge.
func TestOnlyTheSixteenColours(t *testing.T) {
	allowed := regexp.MustCompile(`^(\x1b\[([12347]|3[1-6]|9[0-7])(;([12347]|3[1-6]|9[0-7]))*m)?$`)
	for _, o := range []Options{{}, {Dark: true}, {NoColor: true}, {Skin: "terminal"}, {Skin: "mono"}, {NoColor: true, Skin: "dark"}} {
		for name, s := range styles(New(o)) {
			if !allowed.MatchString(s.Open()) {
				t.Errorf("%s of %+v is %q", name, o, s.Open())
			}
		}
	}
}

func TestWhereOneIsShowsWithoutColour(t *testing.T) {
	th := New(Options{NoColor: true})
	for name, s := range map[string]Style{
		"cursor": th.Cursor, "cursor elsewhere": th.CursorBlurred, "selected tab": th.TabSelected, "button": th.ButtonFocus,
		"hostile": th.Hostile, "error": th.Error, "alarm": th.Alarm, "match": th.Match, "marked": th.Marked, "large": th.Large,
	} {
		if s.IsPlain() {
			t.Errorf("%s looks like plain text without colour", name)
		}
	}
}

func TestPaint(t *testing.T) {
	s := NewStyle("1", "", "31")
	if got := s.Paint("x"); got != "\x1b[1;31mx\x1b[m" {
		t.Errorf("Paint = %q", got)
	}
	if got := s.Paint(""); got != "" {
		t.Errorf("Paint of nothing = %q", got)
	}
	if got := Paint(Style{}, "x"); got != "x" {
		t.Errorf("plain Paint = %q", got)
	}
	if got := s.With(NewStyle("7")).Paint("x"); got != "\x1b[1;31m\x1b[7mx\x1b[m" {
		t.Errorf("With = %q", got)
	}
}

// TestEverySkinTellsApartWithoutColour what matters, and no two skins are the same.
func TestEverySkinTellsApartWithoutColour(t *testing.T) {
	seen := map[Theme]string{}
	for _, skin := range Skins() {
		if !IsSkin(skin[0]) {
			t.Errorf("%s is no skin", skin[0])
		}
		th := New(Options{Skin: skin[0], Dark: true})
		if other := seen[th]; other != "" {
			t.Errorf("%s and %s look the same", skin[0], other)
		}
		seen[th] = skin[0]
		for name, s := range map[string]Style{"hostile": th.Hostile, "error": th.Error, "large": th.Large, "marked": th.Marked, "cursor": th.Cursor} {
			if bare := colour256.ReplaceAllString(s.Open(), ""); !weight.MatchString(bare) {
				t.Errorf("%s of %s differs by colour alone: %q", name, skin[0], s.Open())
			}
		}
		if skin[0] == "high-contrast" && th.Muted != (Style{}) {
			t.Errorf("high contrast has something faint: %q", th.Muted.Open())
		}
	}
	if IsSkin("") || IsSkin("solarized") {
		t.Error("a skin that is none")
	}
	if New(Options{}) != New(Options{Skin: "terminal"}) {
		t.Error("the default is not the terminal's own colours")
	}
}
