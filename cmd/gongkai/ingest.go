package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"gongkai/crawler"
	"gongkai/parser"
	"gongkai/pipeline"
	"gongkai/report"
	"gongkai/sink"
)

func (a *app) ingestCommand() *cobra.Command {
	in := ingest{app: a}
	cmd := &cobra.Command{
		Use:   "ingest PATH...",
		Short: "Read, check and store reports 入库",
		Long: `Ingest takes files, folders and archives of reports, of all kinds together,
through the whole chain: archive, parse, normalize, check, store. A file that a
page attaches is taken with the page and is no document of its own.

By default everything runs in this process and lives in one data folder: the
archive of documents, the belt (NATS JetStream, without any port) and the
database (SQLite). What an interrupted run left on the belt is finished by the
next.

Ingesting a document twice changes nothing. The same bytes under another name are
"recaptured": the report is known, its name is new. A document that is ingested
again by another version of the program, or with or without recognition of
pictures (--no-ocr), may read differently: the newer reading replaces the older.

The exit code is 1 if a report contradicts itself, 2 if a document could not be
read.`,
		Example: `  gongkai ingest testdata/reports
  gongkai ingest --data ./data reports/2023 reports/2024
  gongkai ingest --nats nats://127.0.0.1:4222 reports/`,
		Args: wants("reports: files, folders, archives..."),
		RunE: func(cmd *cobra.Command, args []string) error { return in.run(cmd.Context(), args) },
	}
	dataFolder(cmd, &in.data)
	cmd.Flags().StringVar(&in.nats, "nats", "", "address of an external NATS with JetStream, instead of the embedded one; all that use it must share one data folder")
	cmd.Flags().BoolVar(&in.retry, "retry", false, "try documents again that could not be read before (gongkai dead lists them)")
	a.blindFlag(cmd)
	cmd.Flags().BoolVar(&in.quiet, "quiet", false, "no progress bar")
	return cmd
}

// ingest is one run of the command.
type ingest struct {
	*app
	data  string
	nats  string
	quiet bool
	retry bool

	archive *crawler.Archive
	tally   tally
}

func (in *ingest) run(ctx context.Context, paths []string) (err error) {
	folder, err := resolveData(in.data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the data folder: %w; choose another with --data", err)
	}
	in.data = folder
	in.archive = &crawler.Archive{Dir: filepath.Join(folder, "archive"), Limit: parser.DefaultMaxBytes}
	store, err := sink.Open(ctx, databasePath(folder), in.forms)
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, store.Close()) }()
	config := pipeline.Config{Dir: filepath.Join(folder, "belt")}
	if in.nats != "" {
		config = pipeline.Config{URL: in.nats}
	}
	belt, err := pipeline.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, belt.Close()) }()
	if err := in.work(ctx, belt, store, paths); err != nil {
		return err
	}
	return in.tally.finish(in.out, in.data)
}

// databasePath is where the database lies in a data folder.
func databasePath(folder string) string { return filepath.Join(folder, "gongkai.db") }

// work runs the workers, captures everything, and waits until the belt is empty.
func (in *ingest) work(ctx context.Context, belt *pipeline.Belt, store *sink.Store, paths []string) error {
	working, stop := context.WithCancel(ctx)
	defer stop()
	captured := make(chan struct{})
	run := "" // the belt is ours alone: finish what earlier runs left on it
	if in.nats != "" {
		run = belt.RunName()
	}
	events, err := belt.Outcomes(working, run, captured)
	if err != nil {
		return err
	}
	workers := make(chan error, 1)
	go func() {
		workers <- belt.Run(working, in.chain(in.archive, store))
		stop()
	}()
	capturing := make(chan captureResult, 1)
	bar := in.progress()
	go func() {
		defer close(captured)
		capturing <- in.capture(working, belt, paths, bar)
	}()
	var failure error
	for event, err := range events {
		if err != nil {
			failure = err
			break
		}
		in.tally.add(event)
		bar.done()
	}
	bar.finish()
	stop()
	worked, result := <-workers, <-capturing
	in.tally.skipped, in.tally.lost, in.tally.nothing = result.skipped, result.lost, result.nothing
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted; run the same command again to finish: %w", ctx.Err())
	}
	return firstError(worked, failure, result.err)
}

// chain is what the workers do, the same in this process and in any other.
func (a *app) chain(archive *crawler.Archive, store *sink.Store) pipeline.Work {
	return pipeline.Work{
		Parse: a.parser.Parse,
		Normalize: func(r *report.Report) (*report.Report, []report.Finding) {
			a.normalizer.Normalize(r)
			return r, a.auditor.Check(r)
		},
		Store:   storeSink{store},
		Archive: archive,
	}
}

// storeSink is the store as the belt sees it.
type storeSink struct{ store *sink.Store }

func (s storeSink) Store(ctx context.Context, entries []pipeline.Entry) ([]pipeline.Outcome, error) {
	batch := make([]sink.Entry, len(entries))
	for i, e := range entries {
		batch[i] = sink.Entry(e)
	}
	stored, err := s.store.Store(ctx, batch)
	outcomes := make([]pipeline.Outcome, len(stored))
	for i, o := range stored {
		outcomes[i] = pipeline.Outcome(o.String())
	}
	return outcomes, err
}

// captureResult is what capturing came to.
type captureResult struct {
	skipped int  // names that are no documents
	lost    int  // documents that could not be read
	nothing bool // a folder has no documents
	err     error
}

func (r *captureResult) count(found crawler.Found, why error) {
	switch {
	case found.Outcome == crawler.Skipped:
		r.skipped++
	case errors.Is(why, errNoDocuments):
		r.nothing = true
	default:
		r.lost++
	}
}

// capture archives every document below the paths and lays it on the belt.
// Making files takes time that other files need not wait for, so several are
// archived at once.
func (in *ingest) capture(ctx context.Context, belt *pipeline.Belt, paths []string, bar *progress) (result captureResult) {
	if in.retry {
		if _, result.err = belt.Retry(ctx, nil); result.err != nil {
			return result
		}
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	names := make(chan crawler.Found)
	var mutex sync.Mutex // over result, the error output and the bar
	refuse := func(found crawler.Found, why error) {
		mutex.Lock()
		defer mutex.Unlock()
		result.count(found, why)
		bar.clear()
		in.complain(why)
	}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for found := range names {
				refused, err := in.captureOne(ctx, belt, found)
				switch {
				case err != nil:
					stop(err)
				case refused != nil:
					refuse(found, fmt.Errorf("read %s: %w", found.Name, unwrapPath(refused)))
				default:
					mutex.Lock()
					bar.expect()
					mutex.Unlock()
				}
			}
		})
	}
	for found, err := range in.files(ctx, paths) {
		if err != nil {
			refuse(found, err)
		} else {
			names <- found
		}
	}
	close(names)
	workers.Wait()
	result.err = context.Cause(ctx)
	return result
}

// captureOne captures a document. refused says why this one cannot be; err that
// none can.
func (in *ingest) captureOne(ctx context.Context, belt *pipeline.Belt, found crawler.Found) (refused, err error) {
	source, err := in.put(ctx, found)
	if err != nil {
		return err, nil
	}
	err = belt.Capture(ctx, pipeline.Captured{Source: source})
	var marked interface{ Permanent() bool }
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &marked) && marked.Permanent():
		return err, nil
	}
	return nil, fmt.Errorf("capture %s: %w", found.Name, err)
}

// put archives a document and the files attached to it.
func (in *ingest) put(ctx context.Context, found crawler.Found) (source report.Source, err error) {
	if err := checkSizes(found); err != nil {
		return source, err
	}
	if found.Data != nil {
		source, err = in.putBytes(ctx, bytes.NewReader(found.Data))
	} else {
		source, err = in.putFile(ctx, found.Name)
	}
	if err != nil {
		return source, err
	}
	source.Name = found.Name
	for _, file := range found.Attached {
		attached, err := in.putFile(ctx, file.Path)
		if err != nil {
			return source, fmt.Errorf("%s, which it attaches: %w", file.Path, err)
		}
		attached.Name = file.Href
		source.Attached = append(source.Attached, attached)
	}
	return source, nil
}

func (in *ingest) putFile(ctx context.Context, name string) (report.Source, error) {
	f, err := os.Open(name)
	if err != nil {
		return report.Source{}, unwrapPath(err)
	}
	defer f.Close()
	return in.putBytes(ctx, f)
}

func (in *ingest) putBytes(ctx context.Context, r io.Reader) (report.Source, error) {
	stored, err := in.archive.Put(ctx, r)
	return report.Source{SHA256: stored.SHA256, Size: stored.Size}, err
}

// progress is a bar on a terminal and nothing elsewhere. A nil progress shows
// nothing. A bar that cannot be drawn is no reason to stop.
type progress struct {
	bar   *progressbar.ProgressBar
	total atomic.Int64
}

func (in *ingest) progress() *progress {
	if f, ok := in.err.(*os.File); in.quiet || !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &progress{bar: progressbar.NewOptions(1,
		progressbar.OptionSetWriter(in.err),
		progressbar.OptionSetDescription("reports 报告"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(),
		progressbar.OptionClearOnFinish())}
}

func (p *progress) expect() {
	if p != nil {
		p.bar.ChangeMax64(max(p.total.Add(1), 1))
	}
}

func (p *progress) done() {
	if p != nil {
		_ = p.bar.Add(1)
	}
}

func (p *progress) clear() {
	if p != nil {
		_ = p.bar.Clear()
	}
}

func (p *progress) finish() {
	if p != nil {
		_ = p.bar.Finish()
	}
}
