package main

import (
	"regexp"
	"strings"

	"github.com/rootout/rootout/model"
)

// waiveList reads which refusals of AWS the operator expects. A mistake in it waives nothing.
func waiveList(path string, catalog *model.Catalog) ([]model.Waiver, error) {
	c, err := readConfig(path)
	if err != nil {
		return nil, err
	}
	var out []model.Waiver
	for i, entry := range c.Waive {
		w, err := entry.checked(catalog)
		if err != nil {
			return nil, usage("%s: waive, entry %d: %w", path, i+1, err)
		}
		out = append(out, w)
	}
	return out, nil
}

// waive is the waive list as a scan asks it.
func waive(waivers []model.Waiver) func(model.CellKey) string {
	return func(key model.CellKey) string { return model.WaiverOf(waivers, key) }
}

// checked is the entry with the kind's id for its alias, or what is wrong with it.
func (w waiver) checked(catalog *model.Catalog) (model.Waiver, error) {
	out := model.Waiver{Region: strings.TrimSpace(w.Region), Kind: strings.TrimSpace(w.Kind), Reason: model.Clean(strings.TrimSpace(w.Reason))}
	switch {
	case out.Reason == "":
		return out, usage("say in reason: why the refusal is expected")
	case out.Region == "" || out.Kind == "":
		return out, usage("it needs region: and kind:, such as eu-west-3 and ecs:*")
	case strings.Trim(out.Region+out.Kind, "*") == "":
		return out, usage("region: * and kind: * would waive every refusal")
	case !namePattern(out.Region) || !namePattern(out.Kind):
		return out, usage("region: and kind: are names, with * for any characters")
	}
	if strings.Contains(out.Kind, "*") {
		for _, k := range catalog.Kinds() {
			if (model.Waiver{Region: "*", Kind: out.Kind}).Covers(model.CellKey{Kind: k.ID}) {
				return out, nil
			}
		}
		return out, usage("no kind is named like %q", out.Kind)
	}
	k, known := catalog.ByName(out.Kind)
	if !known {
		return out, usage("there is no kind %q", out.Kind)
	}
	out.Kind = string(k.ID)
	return out, nil
}

// namePattern says whether a text can be a name of a region or kind, with * for any characters.
func namePattern(text string) bool { return regexp.MustCompile(`^[A-Za-z0-9:*-]+$`).MatchString(text) }
