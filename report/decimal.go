package report

import (
	"fmt"
	"math/big"
	"strings"
)

// Decimal is an exact decimal number. It keeps the decimals that were printed:
// 0.00 stays 0.00 though it equals 0. The zero value is 0.
//
// There is no binary floating point in this program: amounts of money such as
// 38.441094万元 must come out as they went in.
type Decimal struct {
	coefficient big.Int // never changed in place once the Decimal is handed out
	scale       int     // digits after the point, never negative
}

// maxDigits bounds a printed number: no figure of a report has more.
const maxDigits = 30

// NewDecimal returns n as a Decimal.
func NewDecimal(n int64) *Decimal {
	d := new(Decimal)
	d.coefficient.SetInt64(n)
	return d
}

// ParseDecimal reads an optional "-", digits, and an optional "." with digits.
func ParseDecimal(s string) (*Decimal, error) {
	d := new(Decimal)
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	if whole == "" || pointed && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return nil, fmt.Errorf("read decimal: %q is not digits with at most one point between them", s)
	}
	if len(whole)+len(fraction) > maxDigits {
		return nil, fmt.Errorf("read decimal: %d digits, at most %d are a figure", len(whole)+len(fraction), maxDigits)
	}
	d.scale = len(fraction)
	if n, ok := smallInt(whole + fraction); ok {
		d.coefficient.SetInt64(n)
	} else {
		d.coefficient.SetString(whole+fraction, 10)
	}
	if len(digits) < len(s) {
		d.coefficient.Neg(&d.coefficient)
	}
	return d, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func smallInt(s string) (n int64, ok bool) {
	if len(s) > 18 {
		return 0, false
	}
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// String prints the number with the decimals it has: "-8", "0.092", "4773500".
func (d *Decimal) String() string {
	text := d.coefficient.String()
	if d.scale == 0 {
		return text
	}
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	if missing := d.scale + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	point := len(text) - d.scale
	return sign + text[:point] + "." + text[point:]
}

// MarshalJSON writes the number as a JSON number.
func (d *Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON reads a JSON number without an exponent.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	parsed, err := ParseDecimal(string(b))
	if err != nil {
		return err
	}
	*d = *parsed
	return nil
}

// Sign is -1, 0 or +1.
func (d *Decimal) Sign() int { return d.coefficient.Sign() }

// Equal reports whether both are the same number, whatever decimals they print.
func (d *Decimal) Equal(e *Decimal) bool { return d.Sub(e).Sign() == 0 }

// Add returns d + e.
func (d *Decimal) Add(e *Decimal) *Decimal {
	a, b, scale := align(d, e)
	sum := &Decimal{scale: scale}
	sum.coefficient.Add(a, b)
	return sum
}

// Sub returns d - e.
func (d *Decimal) Sub(e *Decimal) *Decimal {
	a, b, scale := align(d, e)
	difference := &Decimal{scale: scale}
	difference.coefficient.Sub(a, b)
	return difference
}

// Neg returns -d.
func (d *Decimal) Neg() *Decimal {
	negative := &Decimal{scale: d.scale}
	negative.coefficient.Neg(&d.coefficient)
	return negative
}

// Shift returns d times ten to the power n, n at least 0, exactly: 38.441094
// shifted by 4 is 384410.94. Decimals the shift consumes are gone.
func (d *Decimal) Shift(n int) *Decimal {
	used := min(n, d.scale)
	shifted := &Decimal{scale: d.scale - used}
	shifted.coefficient.Mul(&d.coefficient, powerOfTen(n-used))
	return shifted
}

func align(d, e *Decimal) (a, b *big.Int, scale int) {
	a, b = &d.coefficient, &e.coefficient
	switch {
	case d.scale < e.scale:
		a = new(big.Int).Mul(a, powerOfTen(e.scale-d.scale))
	case d.scale > e.scale:
		b = new(big.Int).Mul(b, powerOfTen(d.scale-e.scale))
	}
	return a, b, max(d.scale, e.scale)
}

func powerOfTen(n int) *big.Int {
	if n < len(smallPowers) {
		return smallPowers[n]
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// smallPowers are only read.
var smallPowers = [...]*big.Int{
	big.NewInt(1), big.NewInt(10), big.NewInt(100), big.NewInt(1000), big.NewInt(10_000),
	big.NewInt(100_000), big.NewInt(1_000_000), big.NewInt(10_000_000), big.NewInt(100_000_000),
}

// Sum adds up all numbers.
func Sum(numbers []*Decimal) *Decimal {
	total := new(Decimal)
	small := int64(0) // the sum so far of whole numbers that are far from any overflow
	for _, d := range numbers {
		if n := d.coefficient.Int64(); d.scale == 0 && d.coefficient.IsInt64() && n < 1<<50 && n > -1<<50 && small < 1<<60 && small > -1<<60 {
			small += n
			continue
		}
		if d.scale == total.scale {
			total.coefficient.Add(&total.coefficient, &d.coefficient)
		} else {
			total = total.Add(d)
		}
	}
	return total.Add(NewDecimal(small))
}
