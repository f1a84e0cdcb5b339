package office

import (
	"context"
	"errors"
	"math"
	"testing"
	"unicode/utf16"

	"gongkai/parser/blocks"
)

// rec is a record of a workbook: numbers of 16 bits, bytes, floats.
func rec(id int, fields ...any) []byte {
	var body []byte
	for _, f := range fields {
		switch v := f.(type) {
		case int:
			body = le.AppendUint16(body, uint16(v))
		case byte:
			body = append(body, v)
		case []byte:
			body = append(body, v...)
		case string:
			body = append(body, v...)
		case uint32:
			body = le.AppendUint32(body, v)
		case float64:
			body = le.AppendUint64(body, math.Float64bits(v))
		}
	}
	return append(le.AppendUint16(le.AppendUint16(nil, uint16(id)), uint16(len(body))), body...)
}

// wide is a text of two bytes a character, with its length and flags.
func wide(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := append(le.AppendUint16(nil, uint16(len(units))), 1)
	for _, u := range units {
		b = le.AppendUint16(b, u)
	}
	return b
}

func join(parts ...[]byte) (all []byte) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// xlsOf is a workbook of one sheet.
func xlsOf(version int, globals []byte, records ...[]byte) []byte {
	begin := join(rec(recBOF, version, 5, 0, 0), globals)
	list := rec(recBoundSheet, uint32(0), byte(0), byte(0), byte(1), byte(0), "s")
	if version == 0x500 {
		list = rec(recBoundSheet, uint32(0), byte(0), byte(0), byte(1), "s")
	}
	end := rec(recEOF)
	le.PutUint32(list[4:], uint32(len(begin)+len(list)+len(end)))
	book := join(begin, list, end, rec(recBOF, version, 0x10, 0, 0), join(records...), rec(recEOF))
	name := "Workbook"
	if version == 0x500 {
		name = "Book"
	}
	return compound(stream{name, book})
}

func num(row, col, look int, v float64) []byte { return rec(recNumber, row, col, look, v) }

// looks: 0 General, 1 +0;-0, 2 struck out, 3 a date, 4 a line on the right.
var looks = join(rec(recFont, 200, 0, 0, 0, 0), rec(recFont, 200, 8, 0, 0, 0),
	rec(recFormat, 164, wide("+0;-0;0")), rec(recXF, 0, 0), rec(recXF, 0, 164), rec(recXF, 1, 0), rec(recXF, 0, 14), rec(recXF, 0, 0, 0, 0, 0, 1<<4, 0))

func TestXLS(t *testing.T) {
	half := wide("广告")
	shared := join(rec(recSST, uint32(3), uint32(3), wide("规章"), 4, byte(0), "a\nbc", half[:5]), rec(recContinue, byte(1), half[5:]))
	rich := rec(recSST, uint32(1), uint32(1), 3, byte(8), 2, "121", 2, 1, 3, 0)
	for name, c := range map[string]struct {
		globals []byte
		records [][]byte
		want    string
	}{
		"values":               {shared, [][]byte{rec(recLabelSST, 0, 0, 0, uint32(0)), num(0, 1, 0, 0.1+0.2), num(0, 2, 1, 1), rec(recRK, 0, 3, 0, uint32(12345<<2|3)), rec(recRK, 0, 4, 0, uint32(0x3FF00000)), num(0, 5, 3, 45292)}, "|规章|0.3|+1|123.45|1|2024/1/1|"},
		"over records":         {shared, [][]byte{rec(recLabelSST, 0, 0, 0, uint32(1)), rec(recLabelSST, 0, 1, 0, uint32(2))}, "|a⏎bc|广告|"},
		"several":              {nil, [][]byte{rec(recMulRK, 0, 0, 0, uint32(7<<2|2), 1, uint32(8<<2|2), 1)}, "|7|+8|"},
		"blank":                {nil, [][]byte{num(0, 0, 0, 1), rec(0x201, 0, 1, 0), num(0, 2, 0, 2)}, "|1||2|"},
		"merged":               {nil, [][]byte{num(0, 0, 0, 1), num(0, 2, 0, 2), num(1, 2, 0, 3), rec(recMerged, 1, 0, 1, 0, 1)}, "|1 2x2|2|\n|3|"},
		"formula":              {nil, [][]byte{rec(recFormula, 0, 0, 0, 2.5, 0), rec(recFormula, 0, 1, 0, 0, 0, 0, 0xFFFF, 0), rec(recString, wide("文")), rec(recFormula, 0, 2, 0, 2, 23, 0, 0xFFFF, 0), rec(recFormula, 0, 3, 0, 1, 1, 0, 0xFFFF, 0), rec(recFormula, 0, 4, 0, 3, 0, 0, 0xFFFF, 0), num(0, 5, 0, 1)}, "|2.5|文|〔#REF!〕|TRUE||1|"},
		"formula without text": {nil, [][]byte{rec(recFormula, 0, 0, 0, 0, 0, 0, 0xFFFF, 0), num(0, 1, 0, 1)}, "|〔公式〕|1|"},
		"errors":               {nil, [][]byte{rec(recBoolErr, 0, 0, 0, byte(42), byte(1)), rec(recBoolErr, 0, 1, 0, byte(0), byte(0))}, "|〔#N/A〕|FALSE|"},
		"hidden":               {nil, [][]byte{rec(recColInfo, 1, 1, 2000, 0, 1, 0), rec(recRow, 1, 0, 0, 300, 0, 0, 0x20, 0), num(0, 0, 0, 1), num(0, 1, 0, 2), num(0, 2, 0, 3), num(1, 0, 0, 4), num(2, 0, 0, 5)}, "|1|3|\n|5||"},
		"apart":                {rich, [][]byte{rec(recLabelSST, 0, 0, 0, uint32(0)), num(0, 1, 2, 9)}, "|12〔1〕|〔9〕|"},
		"no zeros":             {nil, [][]byte{rec(recWindow2, 0), num(0, 0, 0, 0), num(0, 1, 0, 1), num(0, 2, 0, 2)}, "|1|2|"},
		"frames":               {nil, [][]byte{num(0, 0, 4, 1), num(0, 1, 4, 2), num(0, 2, 4, 3), num(1, 0, 0, 9), num(2, 0, 4, 1), rec(recBlank, 2, 1, 4), num(4, 0, 0, 1), num(4, 1, 0, 2), num(5, 0, 4, 3), rec(recMulBlank, 5, 1, 4, 4, 0, 3)}, "|1|2|3|\n|9|||\n|1||\n|1|2||\n|3|||"},
		"frames of rows":       {nil, [][]byte{rec(recRow, 0, 0, 0, 300, 0, 0, 0x80, 4), num(0, 0, 4, 1), num(0, 1, 4, 2), num(0, 2, 4, 3), num(1, 0, 0, 9), num(2, 0, 4, 1), num(2, 1, 4, 2)}, "|1|2|3|\n|9|||\n|1|2|"},
		"frames of columns":    {nil, [][]byte{rec(recColInfo, 0, 3, 2000, 4, 0, 0), num(0, 0, 4, 1), num(0, 1, 4, 2), num(1, 0, 0, 9), num(2, 0, 4, 1)}, "|1|2|||\n|9||||\n|1||||"},
		"chart inside":         {nil, [][]byte{num(0, 0, 0, 1), rec(recBOF, 0x600, 0x20, 0, 0), num(0, 1, 0, 9), rec(recEOF), num(0, 2, 0, 2)}, "|1||2|"},
	} {
		t.Run(name, func(t *testing.T) { check(t, xlsOf(0x600, join(looks, c.globals), c.records...), c.want) })
	}
}

func TestXLSOld(t *testing.T) {
	chinese := rec(recLabel, 0, 0, 0, 4, "\xb9\xe6\xd5\xc2")
	globals := join(rec(recCodePage, 936), rec(recXF, 0, 0))
	check(t, xlsOf(0x500, globals, chinese, num(0, 1, 0, 7)), "|规章|7|")
	framed := join(globals, rec(recXF, 0, 0, 0, 0, uint32(1<<22), uint32(1)), rec(recXF, 0, 0, 0, 0, uint32(0), uint32(1<<3)))
	check(t, xlsOf(0x500, framed, num(0, 0, 1, 1), num(0, 1, 0, 2), rec(recBlank, 0, 2, 1), rec(recBlank, 0, 4, 2)), "|1|2|||")

	for name, c := range map[string]struct {
		data []byte
		why  error
	}{
		"code page":    {xlsOf(0x500, join(rec(recCodePage, 950), rec(recXF, 0, 0)), chinese), blocks.ErrUnsupported},
		"Excel 4":      {compound(stream{"Book", rec(0x409, 0, 5)}), blocks.ErrUnsupported},
		"locked":       {xlsOf(0x600, rec(recFilePass, 1, 1)), blocks.ErrEncrypted},
		"no such text": {xlsOf(0x600, looks, rec(recLabelSST, 0, 0, 0, uint32(5))), blocks.ErrDamaged},
		"no end":       {compound(stream{"Workbook", rec(recBOF, 0x600, 5, 0, 0)}), blocks.ErrDamaged},
		"texts cut":    {xlsOf(0x600, rec(recSST, uint32(1), uint32(1), 90, byte(1), "abc")), blocks.ErrDamaged},
		"record cut":   {xlsOf(0x600, looks, rec(recNumber, 0, 0, 0, 1)), blocks.ErrDamaged},
	} {
		if _, err := decodeXLS(context.Background(), c.data); !errors.Is(err, c.why) {
			t.Errorf("%s: error %v, want %v", name, err, c.why)
		}
	}
}
