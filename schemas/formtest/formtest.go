// Package formtest fills in forms with known figures and prints them the way
// offices do, in every layout seen on real sites and with the mistakes that
// editors make. It is the truth that reading is measured against: what stands
// in a printed document is known because it was printed here.
//
// Everything is derived from the forms, so a new form is printed without any
// change.
package formtest

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// Cell is what is printed for a figure and what it means.
type Cell struct {
	Raw   string
	State report.State
	Value *report.Decimal // nil unless State is Number
}

// Filled is a form that an office filled in.
type Filled struct {
	Form   *schemas.Form
	Office string
	Year   int
	Cells  map[report.ID]Cell
}

// Style says how cells are written.
type Style struct {
	// Plain writes every number as bare digits.
	Plain bool
	// Blank, None and Odd are the shares of empty cells, of cells that say "not
	// applicable", and of cells that hold no readable number.
	Blank, None, Odd float64
	// Broken breaks the form's relations by changing single figures.
	Broken bool
	// Large uses large numbers that rarely repeat; else most are 0, as in reports.
	Large bool
}

// Random fills in a form. Unless the style breaks them, all relations hold.
func Random(rng *rand.Rand, form *schemas.Form, style Style) *Filled {
	f := &Filled{
		Form:   form,
		Office: offices[rng.IntN(len(offices))],
		Year:   2019 + rng.IntN(7),
		Cells:  map[report.ID]Cell{},
	}
	numbers := map[report.ID]int64{}
	for _, figure := range form.Figures() {
		numbers[figure.ID] = randomNumber(rng, style)
		if figure.Signed && rng.IntN(3) == 0 {
			numbers[figure.ID] *= -1
		}
	}
	satisfy(form, numbers)
	if style.Broken {
		breakSome(rng, form, numbers)
	}
	for _, figure := range form.Figures() {
		f.Cells[figure.ID] = write(rng, figure, numbers[figure.ID], style)
	}
	return f
}

var offices = []string{"云岭市青禾区人民政府办公室", "南浦县水务局", "松河镇人民政府", "北岸区司法局", "长堤街道办事处"}

func randomNumber(rng *rand.Rand, style Style) int64 {
	switch {
	case style.Large:
		return rng.Int64N(90_000) + 1_000
	case rng.IntN(3) > 0:
		return 0
	case rng.IntN(20) == 0:
		return rng.Int64N(10_000_000)
	}
	return rng.Int64N(200)
}

// satisfy makes the relations hold by setting the single figure on the left of
// each, and what was carried out to what is left over.
func satisfy(form *schemas.Form, numbers map[report.ID]int64) {
	for range 4 { // sums of sums settle after a few rounds
		for _, check := range form.Checks() {
			left, right := total(check.Left, numbers), total(check.Right, numbers)
			if len(check.Left) == 1 {
				numbers[check.Left[0]] = right
			} else if first := check.Left[0]; numbers[first]+right-left >= 0 {
				numbers[first] += right - left
			} else {
				numbers[check.Right[len(check.Right)-1]] += left - right
			}
		}
	}
}

func total(ids []report.ID, numbers map[report.ID]int64) (sum int64) {
	for _, id := range ids {
		sum += numbers[id]
	}
	return sum
}

func breakSome(rng *rand.Rand, form *schemas.Form, numbers map[report.ID]int64) {
	checks := form.Checks()
	for range 1 + rng.IntN(4) {
		operands := checks[rng.IntN(len(checks))].Operands()
		numbers[operands[rng.IntN(len(operands))]] += 1 + rng.Int64N(9)
	}
}

// write decides how a figure is printed.
func write(rng *rand.Rand, figure schemas.Figure, n int64, style Style) Cell {
	switch p := rng.Float64(); {
	case p < style.Blank:
		return Cell{State: report.Blank}
	case p < style.Blank+style.None:
		return Cell{Raw: pick(rng, "/", "—", "无", "-"), State: report.NotApplicable}
	case p < style.Blank+style.None+style.Odd:
		return Cell{Raw: pick(rng, "约5", "见附件", "3/4", "1~2", "1,13", "增", "007", "5%", "O", "十几", "3或4"), State: report.Unreadable}
	case figure.Unit == schemas.Money:
		return writeMoney(rng, figure, n, style)
	case figure.Signed && !style.Plain:
		return writeChange(rng, n)
	}
	return Cell{Raw: writeCount(rng, n, style), State: report.Number, Value: report.NewDecimal(n)}
}

func writeCount(rng *rand.Rand, n int64, style Style) string {
	digits := fmt.Sprint(n)
	if style.Plain || n < 0 {
		return digits
	}
	switch rng.IntN(12) {
	case 0:
		return grouped(digits)
	case 1:
		return fullWidth(digits)
	case 2:
		return digits + pick(rng, "件", "宗", "条", "批次")
	}
	return digits
}

func writeChange(rng *rand.Rand, n int64) Cell {
	c := Cell{State: report.Number, Value: report.NewDecimal(n)}
	size := strings.TrimPrefix(fmt.Sprint(n), "-")
	switch {
	case n == 0:
		c.Raw = pick(rng, "0", "0", "+0", "未增未减")
	case n > 0:
		c.Raw = pick(rng, "", "+", "增", "增加", "＋") + size
	default:
		c.Raw = pick(rng, "-", "--", "减", "减少", "－") + size
	}
	return c
}

// writeMoney prints an amount with its unit in the cell, or without one where
// the form prints the unit.
func writeMoney(rng *rand.Rand, figure schemas.Figure, n int64, style Style) Cell {
	decimals := fmt.Sprintf("%d.%04d", n, rng.IntN(10_000))
	value, err := report.ParseDecimal(decimals)
	if err != nil {
		panic(err)
	}
	inWan := Cell{State: report.Number, Value: value.Shift(4)}
	switch {
	case figure.Printed == "万元" && (style.Plain || rng.IntN(2) == 0):
		inWan.Raw = decimals
	case rng.IntN(2) == 0:
		inWan.Raw = decimals + pick(rng, "万元", "万")
	default:
		return Cell{Raw: decimals + "元", State: report.Number, Value: value}
	}
	return inWan
}

func pick(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }

func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func fullWidth(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, digits)
}
