package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/crawler"
	"gongkai/parser"
	"gongkai/report"
)

// childFolder, when set, makes the test binary a process that works on the belt
// in that folder until it is killed or everything is done.
const childFolder = "GONGKAI_TEST_BELT_FOLDER"

func TestMain(m *testing.M) {
	folder := os.Getenv(childFolder)
	if folder == "" {
		os.Exit(m.Run())
	}
	if err := child(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(folder string) error {
	ctx := context.Background()
	b, err := Open(ctx, Config{Dir: filepath.Join(folder, "belt"), Delay: time.Millisecond})
	if err != nil {
		return err
	}
	last := make(chan struct{})
	close(last)
	events, err := b.Outcomes(ctx, "", last)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- b.Run(running, folderWork(folder)) }()
	for _, err := range events {
		if err != nil {
			return err
		}
	}
	stop()
	return errors.Join(<-done, b.Close())
}

// folderWork keeps documents and reports in folders.
func folderWork(folder string) Work {
	w := newMemory().work()
	parse := w.Parse
	w.Archive = folderArchive(folder)
	w.Store = folderSink(filepath.Join(folder, "sink"))
	w.Parse = func(ctx context.Context, source report.Source, body []byte, _ ...parser.File) (*report.Report, error) {
		time.Sleep(time.Millisecond)
		if strings.HasPrefix(string(body), "kill") {
			os.Exit(3) // as running out of memory would
		}
		return parse(ctx, source, body)
	}
	return w
}

func folderArchive(folder string) *crawler.Archive {
	return &crawler.Archive{Dir: filepath.Join(folder, "archive")}
}

type folderSink string

// Store implements Sink.
func (dir folderSink) Store(_ context.Context, entries []Entry) ([]Outcome, error) {
	outcomes := make([]Outcome, len(entries))
	for i, e := range entries {
		outcomes[i] = "new"
		if err := os.WriteFile(filepath.Join(string(dir), e.Report.Source.SHA256), nil, 0o644); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// fillFolder puts documents into the archive and on the belt.
func fillFolder(t *testing.T, folder string, texts []string) (hashes []string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(folder, "sink"), 0o755); err != nil {
		t.Fatal(err)
	}
	b := openBelt(t, Config{Dir: filepath.Join(folder, "belt")})
	defer b.Close()
	for i, text := range texts {
		kept, err := folderArchive(folder).Put(t.Context(), strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		source := report.Source{Name: fmt.Sprint(i), SHA256: kept.SHA256, Size: kept.Size}
		if err := b.Capture(t.Context(), Captured{source}); err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, kept.SHA256)
	}
	return hashes
}

func startChild(t *testing.T, folder string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childFolder+"="+folder)
	complaints := new(bytes.Buffer)
	cmd.Stderr = complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, complaints
}

func TestKilledProcessLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	folder := t.TempDir()
	texts := make([]string, 1500)
	for i := range texts {
		texts[i] = fmt.Sprintf("text %d", i)
	}
	hashes := fillFolder(t, folder, texts)
	kills := 0
	for range 8 {
		cmd, complaints := startChild(t, folder)
		timer := time.AfterFunc(time.Duration(100+rand.IntN(250))*time.Millisecond, func() { cmd.Process.Kill() })
		if err := cmd.Wait(); err != nil {
			kills++
		}
		timer.Stop()
		if complaints.Len() > 0 {
			t.Fatal(complaints)
		}
	}
	cmd, complaints := startChild(t, folder)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err, complaints)
	}
	for _, hash := range hashes {
		if _, err := os.Stat(filepath.Join(folder, "sink", hash)); err != nil {
			t.Error(err)
		}
	}
	checkEmpty(t, openBelt(t, Config{Dir: filepath.Join(folder, "belt")}))
	t.Logf("killed %d times", kills)
}

// A document that ends the process each time is found out and put aside.
func TestDocumentThatKillsTheProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	folder := t.TempDir()
	fillFolder(t, folder, []string{"text 1", "kill me", "text 2", "kill you", "text 3"})
	ended := 0
	for {
		cmd, complaints := startChild(t, folder)
		if err := cmd.Wait(); err == nil {
			break
		} else if cmd.ProcessState.ExitCode() != 3 {
			t.Fatal(err, complaints)
		}
		if ended++; ended > 10 {
			t.Fatal("it goes on for ever")
		}
	}
	letters, err := openBelt(t, Config{Dir: filepath.Join(folder, "belt")}).DeadLetters(t.Context())
	if err != nil || len(letters) != 2 {
		t.Errorf("letters %+v, %v", letters, err)
	}
	for _, l := range letters {
		if !strings.Contains(l.Reason, "the process ended when") || l.Source.Name != "1" && l.Source.Name != "3" {
			t.Errorf("letter %+v", l)
		}
	}
	if kept, _ := os.ReadDir(filepath.Join(folder, "sink")); len(kept) != 3 {
		t.Errorf("%d of 3 good documents are stored", len(kept))
	}
	t.Logf("the process ended %d times", ended)
}
