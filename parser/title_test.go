package parser

import (
	"slices"
	"testing"

	"gongkai/parser/blocks"
)

// TestRecognisedTitle checks where a title is taken from that a picture shows,
// and that the report says so.
func TestRecognisedTitle(t *testing.T) {
	const seen, stated = "长坤街道办事处2025年政府信息公开工作年度报告", "长堤街道办事处2025年政府信息公开工作年度报告"
	recognised := func(text string) blocks.Block { return blocks.Block{Text: text, Confidence: 80} }
	for name, c := range map[string]struct {
		preface  []blocks.Block
		own      string
		want     string
		isMarked bool
	}{
		"stated":             {[]blocks.Block{{Text: stated}}, "", stated, false},
		"recognised":         {[]blocks.Block{recognised(seen)}, "", seen, true},
		"stated above":       {[]blocks.Block{{Text: stated}, recognised(seen)}, "", stated, false},
		"stated of the file": {[]blocks.Block{recognised(seen)}, stated, stated, false},
		"another office":     {[]blocks.Block{{Text: "铁塔街道办事处2025年政府信息公开工作年度报告"}, recognised("长堤县人民政府2025年政府信息公开工作年度报告")}, "", "长堤县人民政府2025年政府信息公开工作年度报告", true},
		"another year":       {[]blocks.Block{recognised(seen)}, "长堤街道办事处2024年政府信息公开工作年度报告", seen, true},
		"on two lines":       {[]blocks.Block{recognised("长坤街道办事处2025年政府信息公开工作年度"), recognised("报告")}, "", seen, true},
		"none":               {[]blocks.Block{recognised("长坤街道办事处")}, "", "", true},
		"none, stated":       {[]blocks.Block{{Text: "长堤街道办事处"}}, "", "", false},
	} {
		r := titled(c.preface, &blocks.Document{Blocks: c.preface, Title: c.own})
		if marked := slices.Contains(r.Notes, titleRecognised); r.Title != c.want || marked != c.isMarked {
			t.Errorf("%s: %q, notes %v", name, r.Title, r.Notes)
		}
	}
}
