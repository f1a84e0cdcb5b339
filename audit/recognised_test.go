package audit_test

import (
	"strings"
	"testing"

	"gongkai/audit"
	"gongkai/report"
	"gongkai/schemas"
)

// TestRecognisedFiguresAreSuspected breaks a relation with and without a figure
// that was recognised in a picture: the failure is the same, and tells where to
// look.
func TestRecognisedFiguresAreSuspected(t *testing.T) {
	forms := schemas.Embedded()
	for _, source := range []string{"", report.OCR} {
		r := &report.Report{Forms: []report.TableForm{{Section: "requests", Form: "2021", Found: true}}}
		for _, f := range forms.Form("2021").Section("requests").Figures() {
			r.Figures = append(r.Figures, report.Figure{ID: f.ID, State: report.Number, Value: report.NewDecimal(0)})
		}
		for i := range r.Figures {
			if f := &r.Figures[i]; f.ID == "requests.received.natural" {
				f.Value, f.Source = report.NewDecimal(3), source
			}
		}
		failed := 0
		for _, f := range audit.New(forms).Check(r) {
			suspected := strings.Contains(f.Message.EN, "compare the picture") && strings.Contains(f.Message.ZH, "图片")
			if f.Status == report.Fail {
				failed++
			}
			if suspected != (f.Status == report.Fail && source == report.OCR) {
				t.Errorf("source %q, %s: %s, %v", source, f.Rule, f.Status, f.Message)
			}
		}
		if failed != 2 || !r.Figure("requests.received.natural").Value.Equal(report.NewDecimal(3)) {
			t.Errorf("%d rules fail", failed)
		}
	}
}
