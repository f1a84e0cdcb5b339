package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/report"
	"gongkai/schemas"
)

// figureIDs expands figure ids and patterns such as requests.*.total.
func (a *app) figureIDs(patterns []string) ([]report.ID, error) {
	var ids []report.ID
	for _, pattern := range patterns {
		found := false
		for _, f := range a.forms.Figures() {
			if matched, err := path.Match(pattern, string(f.ID)); err != nil {
				return nil, fmt.Errorf("figure %s: %w", pattern, err)
			} else if matched {
				found = true
				if !slices.Contains(ids, f.ID) {
					ids = append(ids, f.ID)
				}
			}
		}
		if !found {
			return nil, fmt.Errorf("figure %q is in no form; gongkai schema lists all%s", pattern, didYouMean(pattern, a.forms.Figures()))
		}
	}
	return ids, nil
}

func (a *app) completeFigures(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	for _, f := range a.forms.Figures() {
		ids = append(ids, string(f.ID)+"\t"+f.Label())
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// matchingFigures finds the figures of the report's forms that a query means: an
// id, a pattern, the beginning or a part of an id, or words of the label. The first
// of these ways that finds any is taken.
func (a *app) matchingFigures(read *traced, query string) ([]schemas.Figure, error) {
	var inUse []schemas.Figure
	for _, used := range read.Forms {
		if section := a.forms.Form(used.Form).Section(used.Section); section != nil {
			inUse = append(inUse, section.Figures()...)
		}
	}
	folded := strings.ToLower(query)
	words := strings.Fields(folded)
	for i, word := range words {
		words[i] = lettersOf(word)
	}
	for _, fits := range []func(f *schemas.Figure) bool{
		func(f *schemas.Figure) bool { return string(f.ID) == folded },
		func(f *schemas.Figure) bool { ok, _ := path.Match(folded, string(f.ID)); return ok },
		func(f *schemas.Figure) bool { return lettersOf(f.Label()) == strings.Join(words, "") },
		func(f *schemas.Figure) bool { return strings.HasPrefix(string(f.ID), folded) },
		func(f *schemas.Figure) bool { return strings.Contains(string(f.ID), folded) },
		func(f *schemas.Figure) bool { return holdsAll(lettersOf(f.Label()), words) },
		func(f *schemas.Figure) bool { return holdsAll(lettersOf(strings.ToLower(f.EN())), words) },
	} {
		var found []schemas.Figure
		for i := range inUse {
			if fits(&inUse[i]) {
				found = append(found, inUse[i])
			}
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, a.noSuchFigure(read, query)
}

// lettersOf is a text without spaces, marks and brackets.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r = schemas.Plain(r); r == 0 || r <= ' ' || strings.ContainsRune(`、，。：；×>《》“”()[]{}<,.:;-_*"'`, r) {
			return -1
		}
		return r
	}, s)
}

func holdsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return len(words) > 0
}

// noSuchFigure says why a query fits no figure, and suggests the nearest.
func (a *app) noSuchFigure(read *traced, query string) error {
	for _, form := range a.forms.Forms {
		for _, f := range form.Figures() {
			if string(f.ID) == query {
				return fmt.Errorf("figure %q is in the %s form, and %s was read with another", query, form.ID, read.Source.Name)
			}
		}
	}
	return fmt.Errorf("figure %q is in no form that %s was read with; gongkai schema lists all%s",
		query, read.Source.Name, didYouMean(query, a.forms.Figures()))
}

// didYouMean suggests the ids that a wrong one resembles: at most a third of the
// letters is different. It is empty if there is none.
func didYouMean(wrong string, figures []schemas.FigureLabel) string {
	const most = 3
	wrong = strings.ToLower(wrong)
	var near []string
	distance := map[string]int{}
	for _, f := range figures {
		id := string(f.ID)
		if distance[id] = editDistance(wrong, id); 3*distance[id] <= max(len(wrong), len(id)) {
			near = append(near, id)
		}
	}
	if len(near) == 0 {
		return ""
	}
	slices.SortStableFunc(near, func(x, y string) int { return distance[x] - distance[y] })
	return "; did you mean " + strings.Join(near[:min(most, len(near))], ", ") + "?"
}

// editDistance is how many bytes must be changed, added or dropped to make b of a;
// of a long text only the beginning counts.
func editDistance(a, b string) int {
	const most = 100
	a, b = a[:min(len(a), most)], b[:min(len(b), most)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := above
			if a[i] != b[j] {
				change++
			}
			above = row[j+1]
			row[j+1] = min(change, row[j]+1, above+1)
		}
	}
	return row[len(b)]
}

// shortLabel is the figure's row in Chinese, with its column unless that is the only
// one or the total, as long as a table has room for.
func shortLabel(f *schemas.Figure) string {
	row := clipText(cutNote(f.Row.Leaf()), 20)
	if len(f.Block.Columns) == 1 || f.Column.ID == f.Section.Total() {
		return row
	}
	return row + "·" + cutNote(f.Column.Leaf())
}

// cutNote drops the long note of a label behind its words.
func cutNote(label string) string {
	if i := strings.Index(label, "（"); i > 0 {
		return label[:i]
	}
	return label
}
