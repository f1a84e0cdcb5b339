package normalize

import (
	"strings"
	"unicode/utf8"

	"gongkai/report"
	"gongkai/schemas"
)

// value reads the cell of a figure. header is the text above its column, which
// may name a unit of money.
func (n *Normalizer) value(spec *schemas.Figure, c *cell, header string) report.Figure {
	f := report.Figure{Raw: c.Text, At: c.At}
	if c.Text == "" {
		f.State = report.Blank
		return f
	}
	text := plain(c.Text)
	switch {
	case c.Cut && mayGoOn(text, spec):
		f.State, f.Note = report.Unreadable, cutOff
	case c.Joined && len(text) > 1 && text[0] == '0':
		f.State, f.Note = report.Unreadable, joinedValues(text)
	case schemas.IsDigits(text) && spec.Unit != schemas.Money:
		readDigits(&f, text)
	case strings.ContainsRune(text, utf8.RuneError):
		f.State, f.Note = report.Unreadable, unknownCharacter
	case n.Words.MeansNone(text):
		f.State = report.NotApplicable
	case spec.Signed && n.Words.MeansUnchanged(text):
		f.State, f.Value, f.Note = report.Number, report.NewDecimal(0), inWords
	default:
		n.readNumber(&f, spec, text, header)
	}
	return f
}

// readDigits reads a bare count, as nearly all cells hold.
func readDigits(f *report.Figure, text string) {
	digits, _, note := number(text)
	value, ok := exact(digits)
	switch {
	case digits == "":
		f.State, f.Note = report.Unreadable, note
	case !ok:
		f.State, f.Note = report.Unreadable, tooLong
	default:
		f.State, f.Value = report.Number, value
	}
}

// exact reads digits that may be a figure: more than anything a country counts
// are cells run together or a serial number.
func exact(digits string) (*report.Decimal, bool) {
	const mostDigits = 18
	value, err := report.ParseDecimal(digits)
	return value, err == nil && len(digits) <= mostDigits
}

// mayGoOn reports whether a value at the very end of a document may have had
// more digits. A count of 0 has none, and a unit of money ends a number.
func mayGoOn(text string, spec *schemas.Figure) bool {
	if spec.Unit != schemas.Money {
		return text != "0"
	}
	return !strings.HasSuffix(text, "元") && !strings.HasSuffix(text, "万")
}

// plain maps a cell's text to half width, its white space runs to one space.
func plain(s string) string {
	if schemas.IsDigits(s) {
		return s
	}
	mapped := strings.Map(func(r rune) rune {
		switch p := schemas.Plain(r); {
		case p != 0:
			return p
		case strings.ContainsRune("\u200b\u200c\u200d\u2060\ufeff\u00ad", r):
			return -1 // shows nothing
		}
		return r // a control character may show anything, even the digits backwards
	}, s)
	return strings.Join(strings.Fields(mapped), " ")
}

// readNumber reads sign, digits and what stands behind them.
func (n *Normalizer) readNumber(f *report.Figure, spec *schemas.Figure, text, header string) {
	f.State = report.Unreadable
	negative, body, why := n.sign(spec, text)
	if !why.IsZero() {
		f.Note = why
		return
	}
	digits, rest, note := number(body)
	if digits == "" {
		f.Note = note
		return
	}
	value, ok := exact(digits)
	if !ok {
		f.Note = tooLong
		return
	}
	if negative {
		value = value.Neg()
	}
	f.Note = note
	if rest, ok := bracketed(rest, spec, n.Words); ok {
		n.readUnit(f, spec, value, rest, header)
		return
	}
	f.Note = withRemark
}

// readUnit reads what stands behind the digits.
func (n *Normalizer) readUnit(f *report.Figure, spec *schemas.Figure, value *report.Decimal, rest, header string) {
	if spec.Unit == schemas.Money {
		n.money(f, spec, value, rest, header)
		return
	}
	n.count(f, value, rest)
}

// sign takes a sign or a word for more or less off the front. Words and double
// dashes are signs only where the form asks for a change.
func (n *Normalizer) sign(spec *schemas.Figure, text string) (negative bool, rest string, why report.Text) {
	for _, word := range n.Words.More {
		if after, ok := strings.CutPrefix(text, word); ok {
			if word != "+" && !spec.Signed {
				return false, "", signNotDue
			}
			return false, strings.TrimLeft(after, " "), report.Text{}
		}
	}
	for _, word := range n.Words.Less {
		if after, ok := strings.CutPrefix(text, word); ok {
			if word != "-" && word != "−" && !spec.Signed {
				return false, "", signNotDue
			}
			return true, strings.TrimLeft(after, " "), report.Text{}
		}
	}
	return false, text, report.Text{}
}

// number takes the digits off the front and gives them as plain decimal, or says
// why there is no certain number.
func number(text string) (digits, rest string, note report.Text) {
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || (text[end] == '.' || text[end] == ',') && end+1 < len(text) && text[end+1] >= '0' && text[end+1] <= '9') {
		end++
	}
	printed, rest := text[:end], text[end:]
	if printed == "" || printed[0] == ',' {
		return hanNumber(text)
	}
	if printed[0] == '.' {
		printed = "0" + printed
	}
	digits, ok := withoutSeparators(printed)
	switch {
	case !ok:
		return "", "", badSeparators
	case len(digits) > 1 && digits[0] == '0' && digits[1] != '.':
		return "", "", leadingZero
	case strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ","):
		return "", "", badSeparators
	}
	return digits, rest, report.Text{}
}

// withoutSeparators removes thousands separators if they stand where they must.
func withoutSeparators(s string) (string, bool) {
	whole, fraction, pointed := strings.Cut(s, ".")
	if strings.ContainsAny(fraction, ".,") {
		return "", false
	}
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if len(groups) > 1 && (i > 0 && len(group) != 3 || i == 0 && (len(group) > 3 || group == "" || group == "0")) {
			return "", false
		}
	}
	if whole = strings.Join(groups, ""); pointed {
		whole += "." + fraction
	}
	return whole, true
}

// bracketed takes the brackets off a unit: 5000（元）. Any other remark may say
// that the number is an estimate, another unit or a part, so it is not passed by.
func bracketed(rest string, spec *schemas.Figure, words *schemas.Words) (unit string, ok bool) {
	before, inside, found := strings.Cut(rest, "(")
	if !found {
		return strings.TrimSpace(rest), true
	}
	unit, closed := strings.CutSuffix(inside, ")")
	_, isMoney := words.Money[unit]
	return unit, closed && strings.TrimSpace(before) == "" && (isMoney && spec.Unit == schemas.Money || words.IsMeasure(unit))
}

// count reads what stands behind a number of things: nothing, a measure word, 万.
func (n *Normalizer) count(f *report.Figure, value *report.Decimal, rest string) {
	shift := 0
	for word, power := range n.Words.Scale {
		if after, ok := strings.CutPrefix(rest, word); ok {
			rest, shift = strings.TrimSpace(after), power
			f.Printed = word
			f.Note = f.Note.And(inScale)
			break
		}
	}
	if rest != "" && !n.Words.IsMeasure(rest) {
		f.Note = wordsBehind(rest)
		return
	}
	f.Printed += rest
	if rest != "" {
		f.UnitFrom = "cell"
	}
	if shift > 0 {
		value = value.Shift(shift)
	}
	f.State, f.Value = report.Number, value
}

// money reads an amount. Its unit is the cell's, else the header's, else the
// form's; without one only 0 is known, for 0 is 0 in any unit.
func (n *Normalizer) money(f *report.Figure, spec *schemas.Figure, value *report.Decimal, rest, header string) {
	unit, from := rest, "cell"
	if unit == "" {
		var named bool
		if unit, named = n.headerUnit(header); named && unit == "" {
			f.Note = f.Note.And(strangeUnit)
			return
		}
		from = "header"
	}
	if unit == "" {
		unit, from = spec.Printed, "form"
	}
	power, known := n.Words.Money[unit]
	switch {
	case unit == "" && value.Sign() == 0:
		f.State, f.Value = report.Number, value
	case unit == "":
		f.Note = f.Note.And(noUnit)
	case !known:
		f.Note = wordsBehind(unit)
	default:
		f.State, f.Value = report.Number, value.Shift(power)
		f.Printed, f.UnitFrom = unit, from
	}
}

// headerUnit finds the unit of money in a column's header: （单位：万元）, (万元),
// 单位:元. named is true if the header speaks of a unit at all; of an unknown one
// or of two, the unit is empty.
func (n *Normalizer) headerUnit(header string) (unit string, named bool) {
	if strings.ContainsRune(header, utf8.RuneError) {
		return "", true // the character may be of the unit
	}
	text := strings.ReplaceAll(plain(header), " ", "")
	at := strings.IndexByte(text, '(')
	if i := strings.Index(text, "单位"); i >= 0 && (at < 0 || i < at) {
		at, named = i, true
	}
	if at < 0 {
		return "", false
	}
	for word := range strings.FieldsFuncSeq(text[at:], isMark) {
		word = strings.TrimPrefix(word, "单位")
		_, known := n.Words.Money[word]
		switch {
		case known && unit != "" && unit != word:
			return "", true
		case known:
			unit, named = word, true
		case strings.HasSuffix(word, "元"):
			return "", true
		}
	}
	return unit, named || strings.Contains(text, "单位")
}

func isMark(r rune) bool { return strings.ContainsRune("(),.;:，、。；：[]【】〔〕/", r) }

var (
	cutOff           = report.Text{ZH: "文件在此处中断，数值可能不完整", EN: "the document ends here; the value may be cut off"}
	inWords          = report.Text{ZH: "以文字表示未变化", EN: "no change, in words"}
	tooLong          = report.Text{ZH: "数字过长", EN: "more digits than a figure has"}
	signNotDue       = report.Text{ZH: "本栏不应有增减符号", EN: "a sign for more or less is not due here"}
	badSeparators    = report.Text{ZH: "数字中的分隔符位置不对", EN: "separators stand where a number has none"}
	leadingZero      = report.Text{ZH: "数字以0开头", EN: "the number begins with 0"}
	withRemark       = report.Text{ZH: "数字后有括注，含义不明", EN: "a remark in brackets follows the number and may change it"}
	inScale          = report.Text{ZH: "以万或亿为单位印出", EN: "printed in units of ten thousand or a hundred million"}
	noUnit           = report.Text{ZH: "单元格、列标题和表式均未注明金额单位", EN: "neither cell, header nor form names the unit of money"}
	strangeUnit      = report.Text{ZH: "列标题中的金额单位无法识别", EN: "the unit of money in the header is not known"}
	unknownCharacter = report.Text{ZH: "有字符印出而文件未说明其含义", EN: "the document does not tell what a printed character means"}
	notNumber        = report.Text{ZH: "单元格中不是数字", EN: "the cell holds no number"}
	lonelyOne        = report.Text{ZH: "“一”可能是数字，也可能是横线", EN: `"一" may be the numeral one or a dash`}
)

func wordsBehind(words string) report.Text {
	return report.Text{
		ZH: "数字后有其他文字“" + clip(words) + "”",
		EN: "other words follow the number: “" + clip(words) + "”",
	}
}
