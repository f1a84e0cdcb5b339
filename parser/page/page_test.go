package page

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongkai/report"
)

// sketch draws a page.
type sketch struct{ Page }

func newSketch(number int) *sketch { return &sketch{Page{Number: number, Width: 595, Height: 842}} }

// text prints a line with its top left corner at a place, Han characters as wide
// as high, others half as wide.
func (s *sketch) text(x, y, size float64, text string) *sketch {
	for _, r := range text {
		wide := size
		if r < 0x80 {
			wide = size / 2
		}
		s.Glyphs = append(s.Glyphs, Glyph{Text: string(r), Left: x, Right: x + wide, Top: y, Bottom: y + size, Size: size})
		x += wide
	}
	return s
}

func (s *sketch) rule(left, top, right, bottom float64) *sketch {
	s.Rules = append(s.Rules, Rule{left, top, right, bottom})
	return s
}

// ink draws something.
func (s *sketch) ink(left, top, right, bottom float64) *sketch {
	s.Ink = append(s.Ink, Area{left, top, right, bottom})
	return s
}

// ruled draws the borders of a table with rows and columns of equal size.
func (s *sketch) ruled(left, top float64, rows, cols int, wide, high float64) *sketch {
	for i := range rows + 1 {
		s.rule(left, top+float64(i)*high, left+float64(cols)*wide, top+float64(i)*high)
	}
	for i := range cols + 1 {
		s.rule(left+float64(i)*wide, top, left+float64(i)*wide, top+float64(rows)*high)
	}
	return s
}

// described writes the blocks of pages down: a line as it is, a row of a grid
// as [a|b|c], with spans as a(columns x rows).
func described(t *testing.T, pages ...*sketch) string {
	t.Helper()
	all := make([]Page, len(pages))
	for i, p := range pages {
		all[i] = p.Page
	}
	d, err := Blocks(all)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, b := range d.Blocks {
		if b.Grid == nil {
			out = append(out, b.Text)
			continue
		}
		for _, row := range b.Grid.Rows {
			var cells []string
			for _, c := range row {
				text := strings.ReplaceAll(c.Text, "\n", "/")
				if c.Cols+c.Rows > 0 {
					text += fmt.Sprintf("(%dx%d)", max(c.Cols, 1), max(c.Rows, 1))
				}
				cells = append(cells, text)
			}
			out = append(out, "["+strings.Join(cells, "|")+"]")
		}
	}
	return strings.Join(out, "\n")
}

func TestBlocks(t *testing.T) {
	merged := newSketch(1).rule(50, 100, 350, 100).rule(150, 120, 350, 120).rule(50, 140, 350, 140).
		rule(50, 100, 50, 140).rule(150, 100, 150, 140).rule(250, 120, 250, 140).rule(350, 100, 350, 140).
		text(60, 112, 10, "项目").text(200, 105, 10, "总计").text(200, 125, 10, "1").text(300, 125, 10, "23")
	open1 := newSketch(1).ruled(50, 700, 2, 2, 100, 40).text(60, 720, 10, "一行").text(160, 720, 10, "1").text(60, 765, 10, "二行上").text(160, 765, 10, "2")
	open1.Rules = slices.DeleteFunc(open1.Rules, func(r Rule) bool { return r.Top == 780 && r.Bottom == 780 })
	open2 := newSketch(2).ruled(50, 60, 2, 2, 100, 40).text(60, 70, 10, "二行下").text(60, 110, 10, "三行").text(160, 110, 10, "3")
	open2.Rules = slices.DeleteFunc(open2.Rules, func(r Rule) bool { return r.Top == 60 && r.Bottom == 60 })
	for name, c := range map[string]struct {
		pages []*sketch
		want  string
	}{
		"merged cells": {[]*sketch{merged}, "[项目(1x2)|总计(2x1)]\n[1|23]"},
		"a wrapped label, its value in the middle": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 100, 60).text(60, 105, 10, "一二三").text(60, 120, 10, "四五六").text(60, 135, 10, "七").text(180, 120, 10, "12")},
			"[一二三/四五六/七|12]"},
		"one character a line": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 30, 60).text(60, 105, 10, "三").text(60, 117, 10, "、").text(60, 129, 10, "本").text(90, 120, 10, "0")},
			"[三/、/本|0]"},
		"an empty cell is a cell": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 3, 50, 20).text(60, 105, 10, "甲").text(160, 105, 10, "/")}, "[甲||/]"},
		"a row cut by the page's end": {[]*sketch{open1, open2}, "[一行|1]\n[二行上/二行下|2]\n[三行|3]"},
		"rows that end with the page": {
			[]*sketch{newSketch(1).ruled(50, 700, 1, 2, 100, 40).text(60, 720, 10, "一").text(160, 720, 10, "1"), newSketch(2).ruled(50, 60, 1, 2, 100, 40).text(60, 70, 10, "二").text(160, 70, 10, "2")},
			"[一|1]\n[二|2]"},
		"a header on every page": {
			[]*sketch{
				newSketch(1).ruled(50, 700, 2, 2, 100, 40).text(60, 720, 10, "项目").text(160, 720, 10, "数量").text(60, 760, 10, "一").text(160, 760, 10, "1"),
				newSketch(2).ruled(50, 60, 2, 2, 100, 40).text(60, 70, 10, "项目").text(160, 70, 10, "数量").text(60, 110, 10, "二").text(160, 110, 10, "2"),
			},
			"[项目|数量]\n[一|1]\n[二|2]"},
		"a number too long for its cell": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 3, 30, 20).text(52, 105, 10, "甲").text(100, 105, 10, "12345").text(125, 105, 10, "")},
			"[甲|12/\uFFFD|345/\uFFFD]"},
		"numbers at both sides of a border": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 3, 30, 20).text(52, 105, 10, "甲").text(98, 105, 10, "12").text(112, 105, 10, "34")}, "[甲|12|34]"},
		"a footnote mark nearly as large": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "22").text(120, 103, 8, "1")}, "[甲|22〔1〕]"},
		"a number struck out": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "9922").rule(110, 110, 120, 110)}, "[甲|〔99〕22]"},
		"a number struck out from border to border": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "11").rule(100, 110, 150, 110)}, "[甲|〔11〕]"},
		"a drawn stroke in an empty cell": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 3, 50, 20).text(52, 105, 10, "甲").rule(125, 105, 125, 114).text(160, 105, 10, "2")}, "[甲|〔图〕|2]"},
		"a picture in an empty cell": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 3, 50, 20).text(52, 105, 10, "甲").ink(110, 104, 116, 112).text(160, 105, 10, "2")}, "[甲|〔图〕|2]"},
		"a picture over the row's empty cells": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 4, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "2").ink(90, 90, 250, 130)}, "[甲|2|〔图〕|〔图〕]"},
		"a number that slipped into the next row": {
			[]*sketch{newSketch(1).ruled(50, 100, 2, 2, 50, 40).text(52, 105, 10, "甲").text(52, 145, 10, "乙").text(110, 142, 10, "11").text(110, 158, 10, "118")}, "[甲|\uFFFD]\n[乙|11/118]"},
		"numbers over each other": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "11").text(111, 105, 10, "7")}, "[甲|1\uFFFD71]"},
		"a footnote mark": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "12").text(120, 104, 5, "1")}, "[甲|12〔1〕]"},
		"a space inside": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "1").text(119, 105, 10, "2")}, "[甲|1 2]"},
		"an underline is no border": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "12").rule(110, 116, 120, 116)}, "[甲|12]"},
		"a border around the page": {
			[]*sketch{newSketch(1).ruled(20, 20, 1, 1, 555, 802).text(60, 60, 10, "题目").ruled(50, 100, 1, 2, 50, 20).text(52, 105, 10, "甲").text(110, 105, 10, "1").text(60, 200, 10, "下文")},
			"题目\n[甲|1]\n下文"},
		"no borders at the sides": {
			[]*sketch{newSketch(1).rule(50, 100, 200, 100).rule(50, 120, 200, 120).rule(100, 100, 100, 120).rule(150, 100, 150, 120).text(52, 105, 10, "甲").text(110, 105, 10, "1").text(160, 105, 10, "2")},
			"[甲|1|2]"},
		"borders drawn twice and in pieces": {
			[]*sketch{newSketch(1).ruled(50, 100, 1, 2, 50, 20).ruled(50.6, 100.4, 1, 2, 50, 20).rule(50, 120, 70, 120).text(52, 105, 10, "甲").text(110, 105, 10, "1")}, "[甲|1]"},
		"a paragraph over lines": {
			[]*sketch{newSketch(1).text(70, 100, 10, "本段文字较长需要折行排印直到右边").text(50, 115, 10, "继续一行").text(50, 130, 10, "一、标题")},
			"本段文字较长需要折行排印直到右边继续一行\n一、标题"},
		"a title over lines": {
			[]*sketch{newSketch(1).text(100, 60, 18, "某市某区某局二〇二〇年政府信息公").text(200, 84, 18, "开工作年度报告").text(50, 130, 10, "一、概述").text(50, 150, 10, "本段文字不长但是比上面的题目要多一些").text(50, 170, 10, "又一段文字不长但是比上面的题目要多一些")},
			"某市某区某局二〇二〇年政府信息公开工作年度报告\n一、概述\n本段文字不长但是比上面的题目要多一些\n又一段文字不长但是比上面的题目要多一些"},
		"a heading behind a full line": {
			[]*sketch{newSketch(1).text(50, 100, 10, "本段文字较长需要折行排印直到右边").text(50, 115, 10, "二、标题")}, "本段文字较长需要折行排印直到右边\n二、标题"},
		"page numbers and headers": {
			[]*sketch{
				newSketch(1).text(50, 30, 10, "年度报告").text(50, 400, 10, "文字甲").text(290, 800, 10, "- 1 -"),
				newSketch(2).text(50, 30, 10, "年度报告").text(50, 400, 10, "文字乙").text(290, 800, 10, "- 2 -"),
				newSketch(3).text(50, 30, 10, "年度报告").text(50, 400, 10, "3").text(290, 800, 10, "- 3 -"),
			}, "文字甲\n文字乙\n3"},
		"figures at the top of every page": {
			[]*sketch{newSketch(1).text(50, 30, 10, "0  0  0").text(50, 400, 10, "文字甲"), newSketch(2).text(50, 30, 10, "0  0  0").text(50, 400, 10, "-5").text(50, 800, 10, "-5")},
			"0  0  0\n文字甲\n0  0  0\n-5\n-5"},
		"a lone number that counts nothing": {[]*sketch{newSketch(1).text(50, 60, 10, "题目").text(50, 800, 10, "17")}, "题目\n17"},
		"a table without borders": {[]*sketch{newSketch(1).
			text(50, 100, 10, "项目").text(200, 100, 10, "新收").text(300, 100, 10, "办结").
			text(50, 120, 10, "甲类").text(210, 120, 10, "1").text(310, 120, 10, "22").
			text(50, 140, 10, "乙类").text(310, 140, 10, "3").
			text(50, 160, 10, "丙类").text(210, 160, 10, "0").text(310, 160, 10, "4").
			text(50, 180, 10, "丁类").text(210, 180, 10, "0").text(310, 180, 10, "0").
			text(50, 240, 10, "下文")},
			"[项目|新收|办结]\n[甲类|1|22]\n[乙类||3]\n[丙类|0|4]\n[丁类|0|0]\n下文"},
		"a table without borders, a label over two lines": {[]*sketch{newSketch(1).
			text(50, 100, 10, "项目").text(200, 100, 10, "新收").text(300, 100, 10, "办结").
			text(50, 120, 10, "甲类一二三").text(50, 131, 10, "四五").text(210, 125, 10, "1").text(310, 125, 10, "22").
			text(50, 151, 10, "乙类").text(210, 151, 10, "0").text(310, 151, 10, "4").
			text(50, 171, 10, "丙类").text(210, 171, 10, "0").text(310, 171, 10, "0")},
			"[项目|新收|办结]\n[甲类一二三/四五|1|22]\n[乙类|0|4]\n[丙类|0|0]"},
		"a header on every page and a row over the last break": {brokenOverThree(), "[项目|数量]\n[一|1]\n[二|2]\n[三|3]\n[四上/四下|4]\n[五|5]"},
	} {
		if got := described(t, c.pages...); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// brokenOverThree is a table over three pages: the second repeats the header, and
// its last row goes on on the third without a ruling.
func brokenOverThree() []*sketch {
	without := func(s *sketch, y float64) *sketch {
		s.Rules = slices.DeleteFunc(s.Rules, func(r Rule) bool { return r.Top == y && r.Bottom == y })
		return s
	}
	return []*sketch{
		newSketch(1).ruled(50, 700, 2, 2, 100, 40).text(60, 720, 10, "项目").text(160, 720, 10, "数量").text(60, 760, 10, "一").text(160, 760, 10, "1"),
		without(newSketch(2).ruled(50, 640, 4, 2, 100, 40).text(60, 650, 10, "项目").text(160, 650, 10, "数量").text(60, 690, 10, "二").text(160, 690, 10, "2").
			text(60, 730, 10, "三").text(160, 730, 10, "3").text(60, 780, 10, "四上").text(160, 780, 10, "4"), 800),
		without(newSketch(3).ruled(50, 60, 2, 2, 100, 40).text(60, 70, 10, "四下").text(60, 110, 10, "五").text(160, 110, 10, "5"), 60),
	}
}

func TestPlaces(t *testing.T) {
	d, err := Blocks([]Page{newSketch(1).Page, newSketch(2).ruled(50, 100, 2, 2, 50, 20).text(110, 125, 10, "7").Page})
	if err != nil {
		t.Fatal(err)
	}
	want := report.Pos{Page: 2, Table: 1, Row: 2, Col: 2, Box: report.Box{Left: 100, Top: 120, Right: 150, Bottom: 140}}
	if got := d.Blocks[0].Grid.Rows[1][1].At; got != want {
		t.Errorf("the cell stands at %+v, want %+v", got, want)
	}
}

// TestTurnedPage prints a table sideways: it must read the same, and its boxes
// must lie where they are printed.
func TestTurnedPage(t *testing.T) {
	for _, degrees := range []int{90, 180, 270} {
		straight := newSketch(1).ruled(50, 100, 2, 2, 50, 20).text(60, 105, 10, "甲").text(110, 125, 10, "7").Page
		d, err := Blocks([]Page{turnedBy(straight, degrees)})
		if err != nil {
			t.Fatal(err)
		}
		rows := d.Blocks[0].Grid.Rows
		if rows[0][0].Text != "甲" || rows[1][1].Text != "7" {
			t.Errorf("turned by %d: %+v", degrees, rows)
		}
		want := map[int]report.Box{
			90:  {Left: 842 - 140, Top: 100, Right: 842 - 120, Bottom: 150},
			180: {Left: 595 - 150, Top: 842 - 140, Right: 595 - 100, Bottom: 842 - 120},
			270: {Left: 120, Top: 595 - 150, Right: 140, Bottom: 595 - 100},
		}[degrees]
		if got := rows[1][1].At.Box; got != want {
			t.Errorf("turned by %d the box is %+v, want %+v", degrees, got, want)
		}
	}
}

// TestDrawings feeds what no table is: everything must come back as lines, in
// little time.
func TestDrawings(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	s := newSketch(1).text(50, 60, 10, "题目")
	for range 30_000 {
		x, y := rng.Float64()*595, rng.Float64()*842
		if rng.IntN(2) == 0 {
			s.rule(x, y, x+rng.Float64()*300, y)
		} else {
			s.rule(x, y, x, y+rng.Float64()*300)
		}
	}
	for _, count := range []int{300, 3_000, 19_000, 30_000} {
		p := s.Page
		p.Rules = p.Rules[:count]
		d, err := Blocks([]Page{p})
		if err != nil || len(d.Blocks) == 0 {
			t.Errorf("%d rulings: %v, %d blocks", count, err, len(d.Blocks))
		}
	}
}
