package office

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gongkai/parser/blocks"
)

const rtfHead = `{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset134 \'cb\'ce\'cc\'e5;}{\f2\fcharset2 Symbol;}{\f3\fcharset136 Ming;}}{\stylesheet{\s0 Normal;}}`

func TestRTF(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"lines":                 {`\pard\f1 \'d2\'bb\'a1\'a2\'d7\'dc\'cc\'e5\par a\line b\par\par c`, "一、总体\na\nb\nc"},
		"unicode":               {`\uc1\u19968?\u12289?12\par\uc2\u19968??3\par\uc0\u19968 4\par{\uc1\u-10179?\u-8704?}5`, "一、12\n一3\n一4\n😀5"},
		"unicode for bytes":     {`\uc1\u19968\'d2x\par\uc2\u19968\'d2\'bb x`, "一x\n一 x"},
		"lead byte and ASCII":   {`\f1 \'81@ 1`, "丂 1"},
		"code page of a font":   {`{\f3\'a4\'40}{\f1\'d2\'bb}`, "一一"},
		"not a character":       {`\'d2 1\par`, "\uFFFD 1"},
		"either":                {`{\upr{old}{\*\ud{new}}}\par`, "new"},
		"hidden":                {`1{\v 2}3{\v\v0 4}{\deleted 5}`, "134"},
		"apart":                 {`12{\super 1}\par 12{\sub 1}\par{\strike 3}4\par 12{\up6 1}\par{\striked1 5}{\plain 6}`, "12〔1〕\n12〔1〕\n〔3〕4\n12〔1〕\n〔5〕6"},
		"footnote":              {`12{\super\chftn}{\footnote\pard\chftn text\par}\par 3\chftn`, "12〔1〕\n3〔2〕"},
		"field":                 {`a{\field{\*\fldinst PAGE 9}{\fldrslt 7}}b`, "a7b"},
		"unknown":               {`a{\*\unknown b{c}}d{\header e}`, "ad"},
		"number of a list":      {`{\listtext\'d2\'bb\'a1\'a2\tab}\ls1 a\par{\listtext\f2\'b7\tab}b`, "一、 a\nb"},
		"tabs":                  {`\'b9\'e6\tab 1\tab 2`, "规\t1\t2"},
		"binary":                {`a{\pict\bin5 }}}}}ff}b`, "ab"},
		"picture":               {`a\par{\pict ffd8}\par b{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}`, "a\n<#1>\nb"},
		"grid":                  {`\trowd\cellx1000\cellx2000\pard\intbl 1\cell 2\cell\row\trowd\cellx1000\cellx2000\intbl\cell /\par x\cell\row\pard end`, "|1|2|\n||/⏎x|\nend"},
		"merged":                {`\trowd\clmgf\clvmgf\cellx1000\clmrg\clvmgf\cellx2000\cellx3000\intbl a\cell\cell b\cell\row\trowd\clvmrg\cellx2000\cellx3000\intbl\cell 1\cell\row\trowd\cellx1000\cellx2000\cellx3000\intbl x\cell y\cell z\cell\row`, "|a 2x2|b|\n|1|\n|x|y|z|"},
		"edges":                 {`\trowd\cellx1000\cellx3000\intbl a\cell b\cell\row\trowd\cellx1005\cellx2000\cellx3000\intbl 1\cell 2\cell 3\cell\row`, "|a|b 2x1|\n|1|2|3|"},
		"row begins later":      {`\trowd\cellx1000\cellx2000\intbl a\cell b\cell\row\trowd\trleft1000\cellx2000\intbl c\cell\row`, "|a|b|\n||c|"},
		"picture between tabs":  {`a\tab{\pict 00}\tab 1`, "a\t〔图〕\t1"},
		"picture in cell":       {`\trowd\cellx1000\cellx2000\intbl a\cell{\pict 00}\cell\row`, "|a|〔图〕|"},
		"text box in cell":      {`\trowd\cellx1000\cellx2000\intbl a{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard box\par}}{\shprslt{\*\do{\dptxbxtext box}}}}b\cell 1\cell\row`, "|box⏎ab|1|"},
		"table in a cell":       {`\trowd\cellx1000\cellx2000\pard\intbl x\par\pard\intbl\itap2 1\nestcell 2\nestcell{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}\pard\intbl\itap1\cell y\cell\row`, "x\n|1|2|\ny"},
		"drawn picture in cell": {`\trowd\cellx1000\cellx2000\intbl a\cell{\shp{\*\shpinst{\sp{\sn pib}{\sv{\pict 00}}}}{\shprslt{\pict 00}}}\cell\row`, "|a|〔图〕|"},
		"drawn picture":         {`{\shp{\*\shpinst{\sp{\sn pib}{\sv {\pict 00}}}}}\par{\header{\shp{\*\shpinst{\sp{\sn pib}{\sv {\pict 00}}}}}}a`, "<#1>\na"},
		"box to tick":           {`\trowd\cellx1000\intbl{\field{\*\fldinst{\*\formfield{\fftype1}}}}\cell\row`, "|〔图〕|"},
		"escapes":               {`\{a\}\~b\_c\emdash`, "{a} b-c—"},
	} {
		t.Run(name, func(t *testing.T) { check(t, []byte(rtfHead+c.body+"}"), c.want) })
	}
}

// A download that broke off must not pass for the whole.
func TestRTFCut(t *testing.T) {
	d := read(t, []byte(rtfHead+`a\par 12`))
	if last := d.Blocks[len(d.Blocks)-1]; last.Text != "12" || !last.Cut {
		t.Errorf("last line %+v", last)
	}
	d = read(t, []byte(rtfHead+`\trowd\cellx100\cellx200\intbl a\cell 1`))
	grid := d.Blocks[0].Grid
	if !grid.Cut || !grid.Rows[0][1].Cut || grid.Rows[0][1].Text != "1" {
		t.Errorf("grid %+v", grid)
	}
	if d := read(t, []byte(rtfHead+`12}`)); d.Blocks[0].Cut {
		t.Error("a whole document is marked as cut")
	}
}

func TestRTFErrors(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		why  error
	}{
		"groups": {strings.Repeat("{", 5000), blocks.ErrTooDeep},
		"tables": {`\intbl\itap99 x\par}`, blocks.ErrTooDeep},
		"cells":  {`\trowd` + strings.Repeat(`\cellx1`, 20000), blocks.ErrTooLarge},
	} {
		if _, err := decodeRTF(context.Background(), []byte(rtfHead+c.body)); !errors.Is(err, c.why) {
			t.Errorf("%s: error %v, want %v", name, err, c.why)
		}
	}
}

func TestRTFPictures(t *testing.T) {
	const png, jpeg = "89504e470d0a1a0a", "ffd8ffe0"
	for name, c := range map[string]struct{ body, want string }{
		"digits":        {`{\pict{\*\picprop{\sp 00}}\pngblip\picw100 8950 4E47` + "\n" + `0d0a1a0a}`, "\x89PNG\r\n\x1a\n"},
		"bytes":         {`{\pict\jpegblip\bin6 ` + "\xFF\xD8\xFF}}{" + `}`, "\xFF\xD8\xFF}}{"},
		"of a drawing":  {`{\shp{\*\shpinst{\sp{\sn pib}{\sv {\pict\jpegblip ` + jpeg + `}}}}}`, "\xFF\xD8\xFF\xE0"},
		"second":        {`{\v{\pict ` + jpeg + `}}{\pict ` + png + `}`, "\x89PNG\r\n\x1a\n"},
		"without kind":  {`{\pict\wmetafile8 010009}`, ""},
		"cut":           {`{\pict ` + jpeg + `x`, "\xFF\xD8\xFF\xE0"},
		"formula":       {`{\*\moMath 1}`, ""},
		"bytes too few": {`{\pict\bin999 `, ""},
	} {
		d, err := decodeRTF(context.Background(), []byte(rtfHead+c.body+`\par}`))
		if err != nil {
			t.Fatal(name, err)
		}
		if got := string(d.Inside("#1")); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if d.Inside("#2") != nil || d.Inside("#0") != nil || d.Inside("x") != nil {
			t.Errorf("%s: a picture that is not there has bytes", name)
		}
	}
}

// A picture in a text box belongs to the box, not to the paragraph around it.
func TestRTFPictureInBox(t *testing.T) {
	box := `{\shp{\*\shpinst{\shptxt\pard{\pict ffd8ff01}\par}}}`
	d, err := decodeRTF(context.Background(), []byte(rtfHead+`{\pict ffd8ff02}`+box+`{\pict ffd8ff03}\par}`))
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range d.Blocks {
		if got := d.Inside(b.Picture); len(got) != 4 || got[3] != byte(i+1) {
			t.Errorf("picture %d is % x", i+1, got)
		}
	}
	if len(d.Blocks) != 3 {
		t.Error(shows(d))
	}
}
