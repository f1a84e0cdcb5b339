package pdf

import (
	"errors"
	"fmt"

	"gongkai/parser/blocks"
	"gongkai/report"
)

// problem is why a part of a document cannot be read, in both languages. It
// wraps a sentinel of package blocks.
type problem struct {
	text report.Text
	kind error
}

func (p *problem) Error() string { return fmt.Sprintf("%v: %s", p.kind, p.text.EN) }
func (p *problem) Unwrap() error { return p.kind }

func damaged(zh, en string) *problem {
	return &problem{report.Text{ZH: zh, EN: en}, blocks.ErrDamaged}
}

func tooLarge(zh, en string) *problem {
	return &problem{report.Text{ZH: zh, EN: en}, blocks.ErrTooLarge}
}

func unsupported(zh, en string) *problem {
	return &problem{report.Text{ZH: zh, EN: en}, blocks.ErrUnsupported}
}

// reason gives an error in both languages.
func reason(err error) report.Text {
	var p *problem
	if errors.As(err, &p) {
		return p.text
	}
	return report.Text{ZH: err.Error(), EN: err.Error()}
}

// note makes a remark about a place from words for it and an error.
func note(zh, en string, err error) report.Text {
	r := reason(err)
	return report.Text{ZH: zh + "：" + r.ZH, EN: en + ": " + r.EN}
}
