package office

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A workbook stores numbers and says how they are shown. What a cell shows is
// made here from both, on decimal digits: a number has 15 of them, as
// spreadsheets keep, so that 0.1+0.2 shows 0.3.

// display shows a number in the sections of a format; ok is false where they are
// not known well enough to be certain.
func display(sections []formatSection, v float64, since1904 bool) (text string, ok bool) {
	if len(sections) == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return "", false
	}
	s, signed, ok := chooseSection(sections, v)
	if !ok {
		return "", false
	}
	if s.isDate {
		return s.date(v, since1904)
	}
	return s.number(v, signed)
}

// displayText shows a text in a format: most formats leave it as it is.
func displayText(sections []formatSection, text string) string {
	if len(sections) == 0 {
		return text
	}
	last := sections[len(sections)-1]
	if len(sections) < 4 && !last.hasText {
		return text
	}
	var b strings.Builder
	for _, p := range last.parts {
		switch p.kind {
		case literalPart:
			b.WriteString(p.text)
		case textPart:
			b.WriteString(text)
		}
	}
	return b.String()
}

// formatSection is one of the up to four parts of a format: for positive
// numbers, negative numbers, zero and text, or for numbers under a condition.
type formatSection struct {
	parts     []formatPart
	condition string // "<", ">=", ...; "" is none
	limit     float64
	isDate    bool
	hasText   bool
	localized bool // names of months and days depend on a language
	eras      bool // years may be counted by eras
	white     bool // printed in white
}

type partKind uint8

const (
	literalPart partKind = iota
	digitPart            // 0, # or ?
	pointPart
	commaPart
	percentPart
	exponentPart // E+ or E-
	generalPart
	textPart
	datePart
	elapsedPart
)

type formatPart struct {
	kind partKind
	text string
}

// maxFormat bounds the code of a format, in bytes.
const maxFormat = 1000

// parseFormat gives the sections of a format, none if it is not known what all
// of it means.
func parseFormat(code string) (sections []formatSection) {
	if len(code) > maxFormat || !utf8.ValidString(code) {
		return nil
	}
	for more := true; more; {
		s, rest, goesOn, ok := parseSection(code)
		if !ok || len(sections) == 4 {
			return nil
		}
		sections, code, more = append(sections, s), rest, goesOn
	}
	return sections
}

// general are the names of the format that has none of its own.
var general = []string{"General", "G/通用格式", "G/標準", "G/General"}

func parseSection(code string) (s formatSection, rest string, more, ok bool) {
	add := func(kind partKind, text string) { s.parts = append(s.parts, formatPart{kind, text}) }
	for code != "" {
		if name := startsWith(code, general); name != "" {
			add(generalPart, "")
			code = code[len(name):]
			continue
		}
		if mark := startsWith(code, []string{"AM/PM", "A/P", "上午/下午"}); mark != "" {
			add(datePart, mark)
			s.isDate = true
			code = code[len(mark):]
			continue
		}
		r, size := utf8.DecodeRuneInString(code)
		after := code[size:]
		switch {
		case r == ';':
			return s, after, true, s.finish()
		case r == '"':
			end := strings.IndexByte(after, '"')
			if end < 0 {
				return s, "", false, false
			}
			add(literalPart, after[:end])
			after = after[end+1:]
		case r == '\\' || r == '!' || r == '_' || r == '*':
			if after == "" {
				return s, "", false, false
			}
			_, n := utf8.DecodeRuneInString(after)
			switch {
			case r == '_':
				add(literalPart, " ")
			case r == '*' && after[:n] != " ":
				return s, "", false, false // fills the cell with a sign
			case r != '*':
				add(literalPart, after[:n])
			}
			after = after[n:]
		case r == '[':
			end := strings.IndexByte(after, ']')
			if end < 0 || !s.bracket(after[:end]) {
				return s, "", false, false
			}
			after = after[end+1:]
		case r == '0' || r == '#' || r == '?':
			add(digitPart, string(r))
		case r == '.':
			add(pointPart, ".")
		case r == ',':
			add(commaPart, ",")
		case r == '%':
			add(percentPart, "%")
		case r == '@':
			add(textPart, "")
			s.hasText = true
		case (r == 'E' || r == 'e') && after != "" && (after[0] == '+' || after[0] == '-'):
			add(exponentPart, after[:1])
			after = after[1:]
		case strings.ContainsRune("yYmMdDhHsSeE", r):
			n := 1
			for n < len(code) && code[n]|0x20 == code[0]|0x20 {
				n++
			}
			add(datePart, strings.ToLower(code[:n]))
			s.isDate = true
			after = code[n:]
		case r < utf8.RuneSelf && (r|0x20 >= 'a' && r|0x20 <= 'z'):
			return s, "", false, false // a letter that means something here
		default:
			add(literalPart, code[:size])
		}
		code = after
	}
	return s, "", false, s.finish()
}

func startsWith(code string, names []string) string {
	for _, name := range names {
		if len(code) >= len(name) && strings.EqualFold(code[:len(name)], name) {
			return name
		}
	}
	return ""
}

// finish settles what parts mean in the whole section.
func (s *formatSection) finish() bool {
	if !s.isDate {
		return true
	}
	for i := range s.parts {
		p := &s.parts[i]
		switch p.kind {
		case pointPart, commaPart:
			p.kind = literalPart
		case digitPart, percentPart, exponentPart, generalPart:
			return false // parts of seconds
		}
	}
	return true
}

// bracket reads what stands in brackets: a colour, a condition, a currency, a
// language, or a time that runs over its end.
func (s *formatSection) bracket(inner string) bool {
	lower := strings.ToLower(inner)
	switch {
	case inner == "":
		return false
	case inner[0] == '$':
		sign, language, found := strings.Cut(inner[1:], "-")
		if sign != "" {
			s.parts = append(s.parts, formatPart{literalPart, sign})
		}
		s.localized = s.localized || found && language != "" && !strings.HasSuffix(language, "409")
		s.eras = s.eras || s.localized && !strings.HasSuffix(language, "804") && language != "zh-CN"
		return len(language) <= 4 || strings.HasPrefix(strings.TrimLeft(language, "0"), "804") || strings.HasPrefix(language, "zh") // longer ones choose other digits and calendars
	case strings.ContainsRune("<>=", rune(inner[0])):
		n := 1
		for n < len(inner) && strings.IndexByte("<>=", inner[n]) >= 0 {
			n++
		}
		limit, err := strconv.ParseFloat(inner[n:], 64)
		s.condition, s.limit = inner[:n], limit
		return err == nil
	case strings.Trim(lower, "h") == "" || strings.Trim(lower, "m") == "" || strings.Trim(lower, "s") == "":
		s.parts = append(s.parts, formatPart{elapsedPart, lower})
		s.isDate = true
		return true
	}
	s.white = s.white || slices.Contains([]string{"white", "白色", "color2", "color 2"}, lower)
	return isColour(lower)
}

func isColour(name string) bool {
	if rest, ok := strings.CutPrefix(name, "color"); ok {
		_, err := strconv.Atoi(strings.TrimSpace(rest))
		return err == nil
	}
	return slices.Contains([]string{"black", "blue", "cyan", "green", "magenta", "red", "white", "yellow", "黑色", "蓝色", "蓝绿色", "绿色", "洋红色", "红色", "白色", "黄色"}, name)
}

// chooseSection picks the section for a number. signed says that a minus is put before
// a negative one; a section for negative numbers has its own sign.
func chooseSection(sections []formatSection, v float64) (s *formatSection, signed, ok bool) {
	for len(sections) > 1 && sections[len(sections)-1].hasText {
		sections = sections[:len(sections)-1]
	}
	if len(sections) == 4 {
		sections = sections[:3]
	}
	for i := range sections {
		if sections[i].condition != "" {
			return chooseByCondition(sections, v)
		}
	}
	switch {
	case v < 0 && len(sections) > 1:
		return &sections[1], false, true
	case v == 0 && len(sections) > 2:
		return &sections[2], false, true
	}
	return &sections[0], v < 0, true
}

func chooseByCondition(sections []formatSection, v float64) (s *formatSection, signed, ok bool) {
	if v < 0 {
		return nil, false, false // programs differ in where they put the sign
	}
	for i := range sections {
		s := &sections[i]
		holds := map[string]bool{"<": v < s.limit, "<=": v <= s.limit, ">": v > s.limit, ">=": v >= s.limit, "=": v == s.limit, "<>": v != s.limit}
		if s.condition == "" || holds[s.condition] {
			return s, false, true
		}
	}
	return nil, false, false
}

// digits15 is a number as decimal digits: 0.d1d2d3... times ten to the power.
type digits15 struct {
	digits string // without zeros at either end; "" is zero
	power  int
}

func toDigits(v float64) digits15 {
	s := strconv.FormatFloat(math.Abs(v), 'e', 14, 64) // d.dddddddddddddde±xx
	mantissa, exponent, _ := strings.Cut(s, "e")
	power, _ := strconv.Atoi(exponent)
	digits := strings.TrimRight(strings.Replace(mantissa, ".", "", 1), "0")
	if digits == "" {
		return digits15{}
	}
	return digits15{digits, power + 1}
}

// round keeps so many decimals, half a unit going up.
func (d digits15) round(decimals int) digits15 {
	keep := d.power + decimals
	switch {
	case keep >= len(d.digits):
		return d
	case keep < 0:
		return digits15{}
	}
	up := d.digits[keep] >= '5'
	kept := []byte(d.digits[:keep])
	for i := keep - 1; up && i >= 0; i-- {
		if kept[i]++; kept[i] <= '9' {
			up = false
		} else {
			kept[i] = '0'
		}
	}
	power := d.power
	if up {
		kept = append([]byte{'1'}, kept...)
		power++
	}
	digits := strings.TrimRight(string(kept), "0")
	if digits == "" {
		return digits15{}
	}
	return digits15{digits, power}
}

// split gives the digits before and behind the decimal point, without zeros at
// the outer ends.
func (d digits15) split() (whole, fraction string) {
	switch {
	case d.digits == "":
		return "", ""
	case d.power <= 0:
		return "", strings.Repeat("0", -d.power) + d.digits
	case d.power >= len(d.digits):
		return d.digits + strings.Repeat("0", d.power-len(d.digits)), ""
	}
	return d.digits[:d.power], d.digits[d.power:]
}

// inGeneral shows a number in the format General: at most eleven characters.
func (d digits15) inGeneral() string {
	const wide = 11
	switch {
	case d.digits == "":
		return "0"
	case d.power > wide:
		return d.scientific(5, "+")
	case d.power < -3 && len(d.digits)-d.power > wide-2:
		return d.scientific(5, "+")
	}
	rounded := d.round(max(wide-1-max(d.power, 1), 0))
	if rounded.power > wide {
		return rounded.scientific(5, "+")
	}
	whole, fraction := rounded.split()
	if whole == "" {
		whole = "0"
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// scientific shows at most so many decimals and a power of two digits or more.
func (d digits15) scientific(decimals int, plus string) string {
	rounded := d.round(decimals + 1 - d.power)
	text := rounded.digits[:1]
	if len(rounded.digits) > 1 {
		text += "." + rounded.digits[1:]
	}
	sign, power := plus, rounded.power-1
	if power < 0 {
		sign, power = "-", -power
	}
	exponent := strconv.Itoa(power)
	if len(exponent) < 2 {
		exponent = "0" + exponent
	}
	return text + "E" + sign + exponent
}

// number shows a number by the placeholders of the section.
func (s *formatSection) number(v float64, signed bool) (text string, ok bool) {
	d := toDigits(v)
	layout := s.layout()
	if layout.unknown {
		return "", false
	}
	if d.digits != "" {
		d.power += 2*layout.percents - 3*layout.thousands
	}
	if layout.placeholders > 0 {
		d = d.round(layout.decimals)
	}
	var b strings.Builder
	if signed {
		b.WriteByte('-')
	}
	whole, fraction := d.split()
	left := layout.wholes // placeholders before the point that are still to come
	behind := 0
	for i, p := range s.parts {
		switch p.kind {
		case literalPart:
			b.WriteString(p.text)
		case percentPart:
			b.WriteByte('%')
		case generalPart, textPart:
			b.WriteString(d.inGeneral())
		case pointPart:
			b.WriteByte('.')
		case digitPart:
			if i > layout.point {
				writeFraction(&b, p.text, fraction, behind)
				behind++
				continue
			}
			whole = writeWhole(&b, p.text, whole, left, left == layout.wholes, layout.grouped)
			left--
		}
	}
	return b.String(), true
}

// numberLayout is what the placeholders of a section say together.
type numberLayout struct {
	wholes, decimals, placeholders int
	point                          int // index of the decimal point
	percents, thousands            int
	grouped, unknown               bool
}

func (s *formatSection) layout() numberLayout {
	l := numberLayout{point: len(s.parts)}
	last := -1 // the last placeholder
	for i, p := range s.parts {
		switch p.kind {
		case digitPart:
			if l.placeholders++; l.point < i {
				l.decimals++
			} else {
				l.wholes++
			}
			last = i
		case pointPart:
			l.unknown = l.unknown || l.point < i
			l.point = min(l.point, i)
		case percentPart:
			l.percents++
		case exponentPart:
			l.unknown = true
		case literalPart:
			// A bar between placeholders makes a fraction.
			l.unknown = l.unknown || p.text == "/" && last >= 0
		case generalPart, textPart:
			l.unknown = l.unknown || l.percents > 0
		}
	}
	for i, p := range s.parts {
		if p.kind != commaPart {
			continue
		}
		before := i > 0 && slices.ContainsFunc(s.parts[:i], isDigitPart)
		switch {
		case i < last && before && i < l.point:
			l.grouped = true
		case i > last && before:
			l.thousands++
		default:
			l.unknown = true
		}
	}
	return l
}

func isDigitPart(p formatPart) bool { return p.kind == digitPart }

// writeWhole writes the digits for a placeholder before the point and returns
// those that are left. The first placeholder takes all that have no other.
func writeWhole(b *strings.Builder, placeholder, whole string, left int, first, grouped bool) string {
	write := func(digit string, place int) {
		b.WriteString(digit)
		if grouped && place > 1 && (place-1)%3 == 0 {
			b.WriteByte(',')
		}
	}
	if len(whole) < left {
		switch placeholder {
		case "0":
			write("0", left)
		case "?":
			b.WriteByte(' ')
		}
		return whole
	}
	n := 1
	if first {
		n = len(whole) - left + 1
	}
	for i := range n {
		write(whole[i:i+1], len(whole)-i)
	}
	return whole[n:]
}

func writeFraction(b *strings.Builder, placeholder, fraction string, place int) {
	switch {
	case place < len(fraction):
		b.WriteByte(fraction[place])
	case placeholder == "0":
		b.WriteByte('0')
	case placeholder == "?":
		b.WriteByte(' ')
	}
}

// date shows a number as the date or time that it stands for.
func (s *formatSection) date(v float64, since1904 bool) (text string, ok bool) {
	const lastDay = 2958466 // the year 10000
	if v < 0 || v >= lastDay || !since1904 && v >= 60 && v < 61 {
		return "", false // 60 is 29 February 1900, a day that never was
	}
	days := math.Floor(v)
	seconds := int(math.Round((v - days) * 86400))
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case since1904:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case v < 60:
		first = first.AddDate(0, 0, 1)
	}
	t := first.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	clock := dateWriter{formatSection: s, Time: t, elapsed: int(days)*86400 + seconds}
	return clock.write()
}

type dateWriter struct {
	*formatSection
	time.Time
	elapsed int // seconds from the first day
}

func (w dateWriter) write() (text string, ok bool) {
	halves := slices.ContainsFunc(w.parts, func(p formatPart) bool { return p.kind == datePart && strings.Contains(p.text, "/") })
	var b strings.Builder
	for i, p := range w.parts {
		switch p.kind {
		case literalPart:
			b.WriteString(p.text)
		case datePart:
			piece, ok := w.piece(p.text, i, halves)
			if !ok {
				return "", false
			}
			b.WriteString(piece)
		case elapsedPart:
			unit := map[byte]int{'h': 3600, 'm': 60, 's': 1}[p.text[0]]
			b.WriteString(padded(w.elapsed/unit, len(p.text)))
		}
	}
	return b.String(), true
}

func padded(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(min(width, 9)-len(s), 0)) + s
}

func (w dateWriter) piece(code string, at int, halves bool) (string, bool) {
	switch code {
	case "yyyy", "yyy":
		return strconv.Itoa(w.Year()), true
	case "e", "ee", "eeee":
		return strconv.Itoa(w.Year()), !w.eras
	case "yy", "y":
		return padded(w.Year()%100, 2), true
	case "d", "dd":
		return padded(w.Day(), len(code)), true
	case "m", "mm":
		if w.isMinute(at) {
			return padded(w.Minute(), len(code)), true
		}
		return padded(int(w.Month()), len(code)), true
	case "mmm":
		return w.Month().String()[:3], !w.localized
	case "mmmm":
		return w.Month().String(), !w.localized
	case "ddd":
		return w.Weekday().String()[:3], !w.localized
	case "dddd":
		return w.Weekday().String(), !w.localized
	case "h", "hh":
		hour := w.Hour()
		if halves {
			hour = (hour+11)%12 + 1
		}
		return padded(hour, len(code)), true
	case "s", "ss":
		return padded(w.Second(), len(code)), true
	case "AM/PM", "A/P", "上午/下午":
		before, after, _ := strings.Cut(code, "/")
		if w.Hour() < 12 {
			return before, true
		}
		return after, true
	}
	return "", false
}

// isMinute tells minutes from months: they stand behind hours or before seconds.
func (w dateWriter) isMinute(at int) bool {
	isTime := func(p formatPart, letter byte) (known, is bool) {
		return p.kind == datePart || p.kind == elapsedPart, p.kind != literalPart && p.text != "" && p.text[0] == letter
	}
	for i := at - 1; i >= 0; i-- {
		if known, is := isTime(w.parts[i], 'h'); known {
			if is {
				return true
			}
			break
		}
	}
	for _, p := range w.parts[at+1:] {
		if known, is := isTime(p, 's'); known {
			return is
		}
	}
	return false
}

// builtIn are the formats that workbooks refer to by number alone, as a Chinese
// system shows them. Others from 5 to 81 depend on the system: see unknownFormat.
var builtIn = map[int]string{
	0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	5: `"¥"#,##0;"¥"-#,##0`, 6: `"¥"#,##0;"¥"-#,##0`, 7: `"¥"#,##0.00;"¥"-#,##0.00`, 8: `"¥"#,##0.00;"¥"-#,##0.00`,
	14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
	27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy", 31: `yyyy"年"m"月"d"日"`, 32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`,
	37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
	41: `_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `, 42: `_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ `,
	43: `_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ `, 44: `_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ `,
	45: "mm:ss", 46: "[h]:mm:ss", 48: "##0.0E+0", 49: "@", 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

// unknownFormat is a code that shows nothing with certainty.
const unknownFormat = "["
