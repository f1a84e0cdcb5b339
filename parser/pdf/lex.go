package pdf

import (
	"bytes"
	"math"
)

// The objects of a PDF: nil, bool, int, float64, name, str, array, dict, ref and
// *stream.
type (
	name  string
	str   string
	array []any
	dict  map[name]any
	ref   struct{ num, gen int }
)

// stream is a dictionary with bytes that are still encoded.
type stream struct {
	dict dict
	raw  []byte
	// id is the object that the stream is; its bytes may be locked with that.
	id ref
}

// tokenKind tells what a token is.
type tokenKind byte

const (
	endToken tokenKind = iota
	numberToken
	nameToken
	stringToken
	wordToken // an operator or keyword, also "[", "]", "<<", ">>", "{" and "}"
)

// token is the smallest piece of the language. Its bytes are valid until the
// next call where they had to be unescaped.
type token struct {
	kind  tokenKind
	bytes []byte
	n     float64
	whole bool // the number is an integer
}

// lexer cuts bytes into tokens.
type lexer struct {
	data []byte
	at   int
	// plain holds an unescaped string or name.
	plain []byte
	// left is how much a bounded lexer may still make objects of.
	left    int
	bounded bool
	// broken means that a dictionary or array was not well formed.
	broken bool
}

// classes of bytes: white space, delimiters, all else.
var classes = func() (c [256]byte) {
	for _, b := range "\x00\t\n\f\r " {
		c[b] = 's'
	}
	for _, b := range "()<>[]{}/%" {
		c[b] = 'd'
	}
	return c
}()

func (l *lexer) skipSpace() {
	for l.at < len(l.data) {
		b := l.data[l.at]
		if b == '%' {
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		} else if classes[b] != 's' {
			return
		} else {
			l.at++
		}
	}
}

func (l *lexer) next() token {
	l.skipSpace()
	if l.at >= len(l.data) {
		return token{}
	}
	start := l.at
	b := l.data[l.at]
	switch {
	case b == '/':
		return l.name()
	case b == '(':
		return l.literal()
	case b == '<' && l.peek(1) != '<':
		return l.hex()
	case (b == '<' || b == '>') && l.peek(1) == b:
		l.at += 2
	case classes[b] == 'd':
		l.at++
	default:
		l.at++
		for l.at < len(l.data) && classes[l.data[l.at]] == 0 {
			l.at++
		}
		if b <= '9' {
			if n, whole, ok := number(l.data[start:l.at]); ok {
				return token{kind: numberToken, n: n, whole: whole}
			}
		}
	}
	return token{kind: wordToken, bytes: l.data[start:l.at]}
}

func (l *lexer) peek(ahead int) byte {
	if l.at+ahead < len(l.data) {
		return l.data[l.at+ahead]
	}
	return 0
}

// number reads what programs write for numbers: also "+1", ".5", "1.", "--1", and
// "1-2" and "1.2.3", which readers take for 1 and 1.2.
func number(b []byte) (n float64, whole, ok bool) {
	i, sign := 0, 1.0
	for i < len(b) && (b[i] == '+' || b[i] == '-') {
		if b[i] == '-' {
			sign = -1
		}
		i++
	}
	whole = true
	scale := 1.0
	for ; i < len(b); i++ {
		switch {
		case b[i] >= '0' && b[i] <= '9':
			ok = true
			n = n*10 + float64(b[i]-'0')
			if !whole {
				scale *= 10
			}
		case b[i] == '.' && whole:
			whole = false
		case (b[i] == '-' || b[i] == '.') && ok:
			return sign * n / scale, whole, true
		default:
			return 0, false, false
		}
	}
	n = sign * n / scale
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return 0, false, ok
	}
	return n, whole, ok || len(b) == 1 && b[0] != '+'
}

func (l *lexer) name() token {
	l.at++
	start := l.at
	escaped := false
	for l.at < len(l.data) && classes[l.data[l.at]] == 0 {
		escaped = escaped || l.data[l.at] == '#'
		l.at++
	}
	raw := l.data[start:l.at]
	if !escaped {
		return token{kind: nameToken, bytes: raw}
	}
	l.plain = l.plain[:0]
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			high, low := hexDigit(raw[i+1]), hexDigit(raw[i+2])
			if high >= 0 && low >= 0 {
				l.plain = append(l.plain, byte(high<<4|low))
				i += 2
				continue
			}
		}
		l.plain = append(l.plain, raw[i])
	}
	return token{kind: nameToken, bytes: l.plain}
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

func (l *lexer) hex() token {
	l.at++
	l.plain = l.plain[:0]
	digits, value := 0, 0
	for l.at < len(l.data) {
		b := l.data[l.at]
		l.at++
		if b == '>' {
			break
		}
		d := hexDigit(b)
		if d < 0 {
			continue
		}
		value = value<<4 | d
		if digits++; digits%2 == 0 {
			l.plain = append(l.plain, byte(value))
			value = 0
		}
	}
	if digits%2 == 1 {
		l.plain = append(l.plain, byte(value<<4))
	}
	return token{kind: stringToken, bytes: l.plain}
}

func (l *lexer) literal() token {
	l.at++
	start := l.at
	// Most strings hold nothing to unescape.
	if n := bytes.IndexAny(l.data[start:min(len(l.data), start+256)], "()\\\r"); n >= 0 && l.data[start+n] == ')' {
		l.at = start + n + 1
		return token{kind: stringToken, bytes: l.data[start : start+n]}
	}
	l.plain = l.plain[:0]
	depth := 1
	for l.at < len(l.data) {
		b := l.data[l.at]
		l.at++
		switch b {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return token{kind: stringToken, bytes: l.plain}
			}
		case '\\':
			l.escape()
			continue
		case '\r':
			if l.peek(0) == '\n' {
				l.at++
			}
			b = '\n'
		}
		l.plain = append(l.plain, b)
	}
	return token{kind: stringToken, bytes: l.plain}
}

func (l *lexer) escape() {
	if l.at >= len(l.data) {
		return
	}
	b := l.data[l.at]
	l.at++
	switch b {
	case 'n':
		b = '\n'
	case 'r':
		b = '\r'
	case 't':
		b = '\t'
	case 'b':
		b = '\b'
	case 'f':
		b = '\f'
	case '\r':
		if l.peek(0) == '\n' {
			l.at++
		}
		return
	case '\n':
		return
	default:
		if b >= '0' && b <= '7' {
			value := int(b - '0')
			for i := 0; i < 2 && l.peek(0) >= '0' && l.peek(0) <= '7'; i++ {
				value = value<<3 | int(l.data[l.at]-'0')
				l.at++
			}
			b = byte(value)
		}
	}
	l.plain = append(l.plain, b)
}

// maxDepth bounds arrays and dictionaries within each other.
const maxDepth = 64

// object reads one object; the second result is false where none stands, as at
// a keyword, which is then consumed.
func (l *lexer) object() (any, bool) { return l.value(l.next(), maxDepth) }

func (l *lexer) value(t token, depth int) (any, bool) {
	if l.bounded {
		if l.left -= 1 + len(t.bytes)/16; l.left <= 0 {
			l.at = len(l.data)
			return nil, false
		}
	}
	switch t.kind {
	case numberToken:
		return l.numberOrRef(t), true
	case nameToken:
		return name(t.bytes), true
	case stringToken:
		return str(t.bytes), true
	case wordToken:
		switch string(t.bytes) {
		case "true":
			return true, true
		case "false":
			return false, true
		case "null":
			return nil, true
		case "[":
			if depth > 0 {
				return l.array(depth - 1), true
			}
		case "<<":
			if depth > 0 {
				return l.dict(depth - 1), true
			}
		}
	}
	return nil, false
}

func (t token) number() any {
	if t.whole && math.Abs(t.n) < 1<<53 {
		return int(t.n)
	}
	return t.n
}

// numberOrRef looks ahead for "12 0 R".
func (l *lexer) numberOrRef(t token) any {
	if !t.whole || t.n < 0 || t.n > math.MaxInt32 {
		return t.number()
	}
	mark := l.at
	i := l.at
	for i < len(l.data) && classes[l.data[i]] == 's' {
		i++
	}
	gen, digits := 0, 0
	for i < len(l.data) && l.data[i] >= '0' && l.data[i] <= '9' && digits < 6 {
		gen = gen*10 + int(l.data[i]-'0')
		i++
		digits++
	}
	space := i
	for i < len(l.data) && classes[l.data[i]] == 's' {
		i++
	}
	if digits == 0 || i == space || i >= len(l.data) || l.data[i] != 'R' ||
		i+1 < len(l.data) && classes[l.data[i+1]] == 0 {
		l.at = mark
		return t.number()
	}
	l.at = i + 1
	return ref{int(t.n), gen}
}

func (l *lexer) array(depth int) array {
	var a array
	for {
		t := l.next()
		if t.kind == wordToken && string(t.bytes) == "]" {
			return a
		}
		v, ok := l.value(t, depth)
		if !ok {
			l.broken = true
			if t.kind == endToken || ends(t.bytes) {
				return a
			}
			continue
		}
		a = append(a, v)
	}
}

func (l *lexer) dict(depth int) dict {
	d := dict{}
	for {
		t := l.next()
		if t.kind == wordToken && string(t.bytes) == ">>" {
			return d
		}
		if t.kind != nameToken {
			l.broken = true
			if t.kind == endToken || t.kind == wordToken && ends(t.bytes) {
				return d
			}
			continue
		}
		l.left -= 3 // an entry of a map takes more than one of an array
		key := name(t.bytes)
		mark := l.at
		t = l.next()
		if v, ok := l.value(t, depth); ok {
			d[key] = v
			continue
		}
		// The value is missing: what stands here is the end.
		l.broken = true
		l.at = mark
		if t.kind != wordToken || string(t.bytes) != ">>" && !ends(t.bytes) {
			l.next()
		}
	}
}

// ends reports whether an array or dictionary that was never closed ends here.
func ends(word []byte) bool {
	switch string(word) {
	case "endobj", "endstream", "stream", "obj", "xref", "trailer", "startxref":
		return true
	}
	return false
}
