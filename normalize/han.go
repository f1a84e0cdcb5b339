package normalize

import (
	"strconv"
	"strings"

	"gongkai/report"
	"gongkai/schemas"
)

// hanNumber reads a Chinese numeral at the front of the text: 十二, 三百零五.
// Strings of bare digits (二三) are refused, for they also mean "two or three".
func hanNumber(text string) (digits, rest string, note report.Text) {
	end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune(schemas.HanNumerals, r) })
	if end < 0 {
		end = len(text)
	}
	numeral, rest := text[:end], text[end:]
	switch value, ok := parseHan(numeral); {
	case numeral == "一" && rest == "":
		return "", "", lonelyOne
	case !ok:
		return "", "", notNumber
	default:
		return strconv.Itoa(value), rest, report.Text{}
	}
}

var (
	hanDigits = map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	hanPowers = map[rune]int{'十': 10, '百': 100, '千': 1000}
)

// parseHan reads a numeral below ten thousand. Powers must fall, digits and
// powers take turns, and a skipped power is marked by 零.
func parseHan(s string) (value int, ok bool) {
	if s == "零" || s == "〇" {
		return 0, true
	}
	digit, lastPower, zero := 0, 10_000, false
	for i, r := range s {
		if d := hanDigits[r]; d > 0 {
			if digit > 0 {
				return 0, false
			}
			digit = d
			continue
		}
		power := hanPowers[r]
		switch {
		case power == 0: // 零
			if digit > 0 || zero || value == 0 {
				return 0, false
			}
			zero = true
			continue
		case power >= lastPower, digit == 0 && !(power == 10 && i == 0),
			!zero && lastPower < 10_000 && power*10 != lastPower:
			return 0, false
		}
		value += max(digit, 1) * power
		digit, lastPower, zero = 0, power, false
	}
	if digit == 0 && (zero || value == 0) || digit > 0 && !zero && lastPower > 10 && lastPower < 10_000 {
		return 0, false
	}
	return value + digit, true
}
