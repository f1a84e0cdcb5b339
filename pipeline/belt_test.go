package pipeline

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func numbered(m *memory, prefix string, n int) []Captured {
	documents := make([]Captured, n)
	for i := range documents {
		documents[i] = m.put(fmt.Sprintf("%s%d.html", prefix, i), fmt.Sprintf("text %s%d", prefix, i))
	}
	return documents
}

func checkStored(t *testing.T, m *memory, documents []Captured, once bool) {
	t.Helper()
	got := m.stored()
	if len(got) != len(documents) {
		t.Errorf("%d reports are stored, want %d", len(got), len(documents))
	}
	for _, c := range documents {
		if n := got[c.Source.SHA256]; n == 0 || once && n > 1 {
			t.Errorf("%s was stored %d times", c.Source.Name, n)
		}
	}
}

func checkEmpty(t *testing.T, b *Belt) {
	t.Helper()
	if l, err := b.Backlog(t.Context()); err != nil || l != (Backlog{}) {
		t.Errorf("left on the belt: %+v, %v", l, err)
	}
}

func TestEveryDocumentIsStoredOnce(t *testing.T) {
	for name, config := range map[string]Config{
		"handed over": {Run: "first"},
		"decoded":     {Run: "first", noHandover: true},
		"one worker":  {Run: "first", Workers: 1},
		"synced":      {Run: "first", Sync: true},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			b := openBelt(t, config)
			documents := numbered(m, "", 500)
			events := deliver(t, b, m.work(), documents...)
			checkStored(t, m, documents, true)
			checkEmpty(t, b)
			for _, c := range documents {
				e := events[c.Source.Name]
				want := Event{
					Run: "first", Name: c.Source.Name, SHA256: c.Source.SHA256, At: e.At, Outcome: "new",
					Office: "某某市", Year: 2021, Figures: 2, Numbers: 1, Findings: 2, Failed: 1,
				}
				if !reflect.DeepEqual(e, want) {
					t.Fatalf("got %+v, want %+v", e, want)
				}
			}
		})
	}
}

func TestTheSameBytesTwice(t *testing.T) {
	m := newMemory()
	b := openBelt(t, Config{})
	deliver(t, b, m.work(), m.put("a.html", "text"), m.put("b.html", "text"))
	events := deliver(t, b, m.work(), m.put("c.html", "text"))
	if e := events["c.html"]; e.Outcome != "unchanged" || len(events) != 1 {
		t.Errorf("got %+v", events)
	}
}

// What an earlier run left is finished by the next and reported under its own name.
func TestLeftoversAreFinished(t *testing.T) {
	m, dir := newMemory(), t.TempDir()
	early, late := numbered(m, "early", 20), numbered(m, "late", 20)
	b := openBelt(t, Config{Dir: dir, Run: "early"})
	for _, c := range early {
		if err := b.Capture(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if l, err := b.Backlog(t.Context()); err != nil || l.Captured != 20 || l.Waiting() != 20 {
		t.Errorf("backlog %+v, %v", l, err)
	}
	b.Close()

	b = openBelt(t, Config{Dir: dir, Run: "late"})
	events := deliver(t, b, m.work(), late...)
	for _, c := range append(early, late...) {
		if e := events[c.Source.Name]; !strings.HasPrefix(c.Source.Name, e.Run) || e.Run == "" || e.Outcome != "new" {
			t.Errorf("%s: %+v", c.Source.Name, e)
		}
	}
}

func TestOutcomesOfOneRun(t *testing.T) {
	m, dir := newMemory(), t.TempDir()
	b := openBelt(t, Config{Dir: dir, Run: "other"})
	if err := b.Capture(t.Context(), m.put("other", "slow other")); err != nil {
		t.Fatal(err)
	}
	b.Close()

	b = openBelt(t, Config{Dir: dir, Run: "mine", Limit: time.Second})
	last := make(chan struct{})
	events, err := b.Outcomes(t.Context(), b.RunName(), last)
	if err != nil {
		t.Fatal(err)
	}
	start(t, b, m.work())
	for _, c := range []Captured{m.put("good", "good"), m.put("bad", "refuse")} {
		if err := b.Capture(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	close(last)
	got := map[string]Outcome{}
	for e, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name] = e.Outcome
	}
	if len(got) != 2 || got["good"] != "new" || got["bad"] != OutcomeDead {
		t.Errorf("got %v", got)
	}
}

func TestCaptureBlocksWhenTheBeltIsFull(t *testing.T) {
	m := newMemory()
	b := openBelt(t, Config{Backlog: 10})
	documents := numbered(m, "", 11)
	for _, c := range documents[:10] {
		if err := b.Capture(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := b.Capture(short, documents[10]); err == nil {
		t.Fatal("an eleventh document was taken")
	}
	deliver(t, b, m.work(), documents[10])
	checkStored(t, m, documents, true)
}

// A store that is slower than the parser must hold it back, not fill the disk.
func TestSlowStoreHoldsBackTheOthers(t *testing.T) {
	m := newMemory()
	release := make(chan struct{})
	m.onStore = func([]Entry) error { <-release; return nil }
	b := openBelt(t, Config{})
	documents := numbered(m, "", 1200)
	for _, c := range documents {
		if err := b.Capture(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	stop := start(t, b, m.work())
	time.Sleep(500 * time.Millisecond)
	l, err := b.Backlog(t.Context())
	if err != nil || l.Parsed > betweenMessages || l.Normalized > betweenMessages || l.Captured < 500 {
		t.Errorf("backlog %+v, %v", l, err)
	}
	close(release)
	stop()
	deliver(t, b, m.work())
	checkStored(t, m, documents, false)
}

func TestStopLosesNothing(t *testing.T) {
	m, dir := newMemory(), t.TempDir()
	documents := numbered(m, "", 300)
	b := openBelt(t, Config{Dir: dir})
	for _, c := range documents {
		if err := b.Capture(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	b.Close()
	for i := range 12 { // stopped at another moment each time, softly and hard
		drain := time.Duration(i%2) * time.Second
		b := openBelt(t, Config{Dir: dir, Drain: 1 + drain})
		stop := start(t, b, m.work())
		time.Sleep(time.Duration(i) * 2 * time.Millisecond)
		stop()
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	b = openBelt(t, Config{Dir: dir})
	deliver(t, b, m.work())
	checkStored(t, m, documents, false)
	checkEmpty(t, b)
}

func TestNothingIsLeftRunning(t *testing.T) {
	openBelt(t, Config{}).Close() // libraries start what they keep
	before := runtime.NumGoroutine()
	m := newMemory()
	b := openBelt(t, Config{})
	deliver(t, b, m.work(), numbered(m, "", 50)...)
	if _, err := b.DeadLetters(t.Context()); err != nil {
		t.Error(err)
	}
	b.Close()
	goroutines(t, before)
}

func TestOneFolderOneBelt(t *testing.T) {
	dir := t.TempDir()
	b := openBelt(t, Config{Dir: dir})
	_, err := Open(t.Context(), Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "in use by this same process") || !strings.Contains(err.Error(), filepath.Join(dir, "lock")) {
		t.Errorf("a second belt: %v", err)
	}
	b.Close()
	openBelt(t, Config{Dir: dir})
}

func TestOpenRefuses(t *testing.T) {
	for want, config := range map[string]Config{
		"set either Dir or URL": {},
		"either Dir":            {Dir: t.TempDir(), URL: "nats://127.0.0.1:1"},
		"the run name":          {Dir: t.TempDir(), Run: "a.b"},
		"connect to NATS":       {URL: "nats://127.0.0.1:1"},
		"folder":                {Dir: "/dev/null/belt"},
	} {
		b, err := Open(t.Context(), config)
		if err == nil {
			b.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	b := openBelt(t, Config{})
	if err := b.Run(t.Context(), Work{}); err == nil {
		t.Error("ran without work")
	}
	if err := b.Capture(t.Context(), Captured{}); err == nil {
		t.Error("captured a document without hash")
	}
	long := newMemory().put(strings.Repeat("n", maxName+1), "x")
	if err := b.Capture(t.Context(), long); err == nil {
		t.Error("captured a document with an endless name")
	}
}

func TestNamesTravelUnharmed(t *testing.T) {
	m := newMemory()
	b := openBelt(t, Config{})
	names := []string{" 某某市 2021年报.html ", "a\r\nGongkai-Run: x", "100%\x00\t\x7f", "https://例.cn/?a=b&c=<d>"}
	var documents []Captured
	for _, name := range names {
		documents = append(documents, m.put(name, "text "+name), m.put(name+"!", "refuse "+name))
	}
	events := deliver(t, b, m.work(), append(documents, m.put("\xb9\xab.html", "text gbk"))...)
	for _, name := range append(names, "\uFFFD.html") {
		if events[name].Outcome != "new" {
			t.Errorf("%q: %+v", name, events[name])
		}
		if e := events[name+"!"]; name != "\uFFFD.html" && e.Outcome != OutcomeDead {
			t.Errorf("%q: %+v", name+"!", e)
		}
	}
}

// externalServer starts a NATS server on a port of its own.
func externalServer(t *testing.T, dir string, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the external server does not start")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s
}

func TestExternalServer(t *testing.T) {
	s := externalServer(t, t.TempDir(), server.RANDOM_PORT)
	m := newMemory()
	b := openBelt(t, Config{URL: s.ClientURL(), Run: "one"})
	other := openBelt(t, Config{URL: s.ClientURL(), Run: "two"})
	start(t, other, m.work())
	documents := numbered(m, "", 300)
	deliver(t, b, m.work(), documents...)
	checkStored(t, m, documents, true)
	checkEmpty(t, other)
}

func TestExternalServerRestarts(t *testing.T) {
	dir := t.TempDir()
	s := externalServer(t, dir, server.RANDOM_PORT)
	m := newMemory()
	b := openBelt(t, Config{URL: s.ClientURL(), Options: []nats.Option{nats.ReconnectWait(20 * time.Millisecond)}, ackWait: time.Second})
	documents := numbered(m, "", 300)
	for _, c := range documents {
		if err := b.Capture(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	m.onStore = func([]Entry) error { time.Sleep(20 * time.Millisecond); return nil }
	stop := start(t, b, m.work())
	time.Sleep(30 * time.Millisecond)
	port := s.Addr().(*net.TCPAddr).Port
	s.Shutdown()
	s.WaitForShutdown()
	externalServer(t, dir, port)
	stop()
	deliver(t, b, m.work())
	checkStored(t, m, documents, false)
	checkEmpty(t, b)
	b.Close() // while the server is there
}

// A stream of the same name that would lose documents is refused, not used.
func TestExternalStreamIsChecked(t *testing.T) {
	s := externalServer(t, t.TempDir(), server.RANDOM_PORT)
	conn, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "gongkai-parsed", Subjects: []string{"gongkai.parsed.*"}}); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Config{URL: s.ClientURL()})
	if err == nil || !strings.Contains(err.Error(), "retention is Limits and must be WorkQueue") {
		t.Errorf("got %v", err)
	}
}
