package pipeline

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"gongkai/report"
)

// received is a message as a worker gets it.
type received struct {
	jetstream.Msg
	msg *nats.Msg
}

func (r received) Data() []byte         { return r.msg.Data }
func (r received) Headers() nats.Header { return r.msg.Header }

// What goes through a message is what went in, and what is handed over in
// memory is the same.
func TestMessageKeepsTheReport(t *testing.T) {
	b := openBelt(t, Config{})
	source := report.Source{Name: "某.html", SHA256: "ab", Size: 3, MediaType: "text/html"}
	e := Entry{Report: sampleReport(source), Findings: []report.Finding{{
		Rule: "sum", Status: report.Fail, Left: report.NewDecimal(3), Right: new(report.Decimal), Difference: report.NewDecimal(3),
		Operands: []report.Operand{{ID: "a.b.c", State: report.Number, Value: report.NewDecimal(3), At: report.Pos{Line: 1}}},
	}}}
	want, err := e.Report.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	msg, err := b.pack(normalized, Store, tag{source: source, run: "r"}, e)
	if err != nil {
		t.Fatal(err)
	}
	about, err := readTag(msg.Header)
	if err != nil || !reflect.DeepEqual(about.source, source) || about.run != "r" {
		t.Fatalf("tag %+v, %v", about, err)
	}
	for _, way := range []string{"handed over", "decoded"} { // an entry is handed over once
		got, err := b.unpack(about, received{msg: msg})
		if err != nil {
			t.Fatal(err)
		}
		text, err := got.Report.Canonical()
		if err != nil || !bytes.Equal(text, want) {
			t.Errorf("%s: the report changed: %v", way, err)
		}
		if (got.Report == e.Report) != (way == "handed over") {
			t.Errorf("%s: it is not", way)
		}
		if f := got.Findings[0]; f.Rule != "sum" || !f.Difference.Equal(report.NewDecimal(3)) || f.Operands[0].At.Line != 1 {
			t.Errorf("%s: finding %+v", way, f)
		}
	}
}

func TestHandoverIsBounded(t *testing.T) {
	var h handover
	for i := range 3 * handoverEntries {
		h.put(fmt.Sprint(i), Entry{}, 1)
	}
	if len(h.entries) != handoverEntries || h.bytes != handoverEntries {
		t.Errorf("%d entries, %d bytes", len(h.entries), h.bytes)
	}
	if _, ok := h.take("0"); ok {
		t.Error("the oldest is still there")
	}
	for i := 2 * handoverEntries; i < 3*handoverEntries; i++ {
		if _, ok := h.take(fmt.Sprint(i)); !ok {
			t.Fatalf("%d is gone", i)
		}
	}
	h.put("large", Entry{}, handoverBytes)
	h.put("small", Entry{}, 1)
	if _, ok := h.take("large"); ok || h.bytes != 1 || len(h.order) != 1 {
		t.Errorf("too much is kept: %d bytes, %v", h.bytes, h.order)
	}
}
