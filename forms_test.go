package gongkai_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"gongkai/audit"
	"gongkai/normalize"
	"gongkai/parser"
	"gongkai/report"
	"gongkai/schemas"
	"gongkai/schemas/formtest"
	"gongkai/sink"
)

// thirdForm is a form that nobody has prescribed: other rows and columns, a
// unit in a header, a relation of its own, and one section as before.
const thirdForm = `{
  "form": "2031", "label": "试用格式（2031）", "en": "2031 form", "source": "none", "years": "reports on 2031",
  "sections": [
    {"id": "overview", "label": "总体情况", "en": "Overview"},
    {"id": "disclosure", "label": "主动公开政府信息情况", "en": "Proactive disclosure", "headers": ["公开内容"],
      "blocks": [
        {"label": "第三十条第（一）项",
          "columns": [
            {"id": "new", "label": "本年新增目录数", "en": "new", "unit": "documents"},
            {"id": "ended", "label": "本年注销目录数", "en": "ended", "unit": "documents"},
            {"id": "all", "label": "年末目录总数", "en": "all", "unit": "documents"}],
          "rows": [
            {"id": "catalogues", "label": "公共数据目录", "en": "data catalogues"},
            {"id": "interfaces", "label": "公共数据接口", "en": "data interfaces"}]},
        {"label": "第三十条第（二）项",
          "columns": [{"id": "cost", "label": "平台运维经费（单位：万元）", "en": "cost", "unit": "CNY", "printed": "万元"}],
          "rows": [{"id": "platform", "label": "公开平台运行维护", "en": "platform"}]}]},
    {"id": "requests", "label": "收到和处理政府信息公开申请情况", "en": "Requests", "unit": "requests", "headers": ["申请渠道"],
      "blocks": [{
        "columns": [
          {"id": "online", "label": "网络申请", "en": "online"},
          {"id": "letter", "label": "线下申请 > 信函申请", "en": "by letter"},
          {"id": "counter", "label": "线下申请 > 当面申请", "en": "at the counter"},
          {"id": "sum", "label": "合计", "en": "sum"}],
        "rows": [
          {"id": "came", "label": "一、本年度收到申请件数", "en": "came"},
          {"id": "open", "label": "二、办理情况 > （一）全部公开件数", "en": "open"},
          {"id": "shut", "label": "二、办理情况 > （二）未予公开件数", "en": "shut"}]}],
      "relations": [
        {"id": "results", "down": "came = open + shut", "basis": "表头注"},
        {"id": "channels", "across": "sum = online + letter + counter", "basis": "合计"}]},
    {"id": "problems", "label": "存在的主要问题及改进情况", "en": "Problems"},
    {"id": "other", "label": "其他需要报告的事项", "en": "Other"}
  ]
}`

// withThirdForm loads the embedded forms and one more file.
func withThirdForm(t *testing.T) *schemas.Set {
	t.Helper()
	files := fstest.MapFS{"2031.json": {Data: []byte(thirdForm)}}
	for _, name := range []string{"2019.json", "2021.json"} {
		data, err := os.ReadFile(filepath.Join("schemas", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	set, err := schemas.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// chain is the way of a document without the belt.
type chain struct {
	parser.Parser
	normalize.Normalizer
	*audit.Auditor
}

func newChain(set *schemas.Set) *chain {
	words := schemas.EmbeddedWords()
	return &chain{parser.Parser{Forms: set, Words: words}, normalize.Normalizer{Forms: set, Words: words}, audit.New(set)}
}

func (c *chain) read(t *testing.T, name string, data []byte, attached ...parser.File) (*report.Report, []report.Finding) {
	t.Helper()
	r, err := c.Parse(context.Background(), report.Source{Name: name}, data, attached...)
	if err != nil {
		t.Fatal(err)
	}
	c.Normalize(r)
	return r, c.Check(r)
}

// TestThirdForm proves that a form is one file: a new one is printed, read,
// checked, described and stored, and no Go code knows of it.
func TestThirdForm(t *testing.T) {
	set := withThirdForm(t)
	form := set.Form("2031")
	c := newChain(set)
	store, err := sink.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"), set)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for i, layout := range formtest.Layouts() {
		rng := rand.New(rand.NewPCG(31, uint64(i)))
		filled := formtest.Random(rng, form, formtest.Style{Large: true, Broken: i%2 == 1})
		r, findings := c.read(t, layout.Name, layout.Print(rng, filled, filled.Tables()))
		if len(r.Figures) != len(form.Figures()) {
			t.Errorf("%s: %d figures, the form has %d", layout.Name, len(r.Figures), len(form.Figures()))
		}
		for _, f := range r.Figures {
			if want := filled.Cells[f.ID]; f.State != report.Number || !f.Value.Equal(want.Value) {
				t.Errorf("%s: %s: printed %s, read %s %v (%s)", layout.Name, f.ID, want.Raw, f.State, f.Value, f.Note.EN)
			}
		}
		if broken := audit.Failed(findings); broken != (i%2 == 1) {
			t.Errorf("%s: the relations fail: %v", layout.Name, broken)
		}
		if len(findings) != len(form.Checks())+len(form.Tables()) {
			t.Errorf("%s: %d findings", layout.Name, len(findings))
		}
		if _, err := store.Store(context.Background(), []sink.Entry{{Report: r, Findings: findings}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, derived := range []string{set.Codebook(), set.JSONSchema(), set.FiguresCSV()} {
		if !strings.Contains(derived, "requests.came.sum") {
			t.Error("a derived text does not know the new form")
		}
	}
	if !strings.Contains(set.SQL(), "requests_came_sum") {
		t.Error("the store does not know the new form")
	}
	id := report.ID("disclosure.platform.cost")
	for row, err := range store.Figures(context.Background(), sink.Query{AllVersions: true}, []report.ID{id}) {
		if err != nil || row.Figures[0].Number() == nil {
			t.Errorf("%s: %v %v", row.Name, row.Figures, err)
		}
	}
}

// TestCanonicalFollowsSchema holds the canonical JSON of every test document,
// and of documents of the third form, against the derived JSON Schema.
func TestCanonicalFollowsSchema(t *testing.T) {
	set := withThirdForm(t)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(set.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("report.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("testdata/reports/*")
	if len(files) == 0 {
		t.Fatal("no test documents")
	}
	c := newChain(set)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// Alone, with itself and something else attached, and attached to a page.
		self, cover := parser.File{Name: "./a", Data: data}, []byte("<p>见附件</p>")
		alone, _ := c.read(t, file, data)
		twice, _ := c.read(t, file, data, parser.File{Name: "./b", Data: []byte("通知")}, self)
		inFile, _ := c.read(t, file, cover, self)
		for _, r := range []*report.Report{alone, twice, inFile} {
			checkCanonical(t, schema, r)
		}
		inPicture(alone)
		c.Normalize(alone)
		if total := alone.Figure("requests.received.total"); total.State == report.Number && total.Source != report.OCR {
			t.Errorf("%s: a figure does not say that it was recognised", file)
		}
		checkCanonical(t, schema, alone)
	}
	if schema.Validate(map[string]any{"office": "x"}) == nil {
		t.Error("the schema takes anything")
	}
}

func checkCanonical(t *testing.T, schema *jsonschema.Schema, r *report.Report) {
	t.Helper()
	canonical, err := r.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(canonical)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v", r.Source.Name, err)
	}
	var back report.Report
	if err := json.Unmarshal(canonical, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := back.Canonical(); string(again) != string(canonical) {
		t.Errorf("%s: the canonical JSON changes when it is read and written", r.Source.Name)
	}
}

// TestBrokenRelationIsFound breaks, one after the other, every figure that a
// relation names: a rule that names the figure must fail, and no other.
func TestBrokenRelationIsFound(t *testing.T) {
	set := schemas.Embedded()
	c := newChain(set)
	layout := formtest.Layouts()[0]
	for _, form := range set.Forms {
		rng := rand.New(rand.NewPCG(7, 7))
		filled := formtest.Random(rng, form, formtest.Style{Large: true, Plain: true})
		if _, findings := c.read(t, "whole", layout.Print(rng, filled, filled.Tables())); audit.Failed(findings) {
			t.Fatalf("the %s form: an unbroken report fails", form.ID)
		}
		for _, figure := range form.Figures() {
			named := map[string]bool{}
			for _, check := range form.Checks() {
				for _, id := range check.Operands() {
					if id == figure.ID {
						named[check.ID] = true
					}
				}
			}
			if len(named) == 0 {
				continue
			}
			whole := filled.Cells[figure.ID]
			more := whole.Value.Add(report.NewDecimal(1))
			filled.Cells[figure.ID] = formtest.Cell{Raw: more.String(), State: report.Number, Value: more}
			_, findings := c.read(t, "broken", layout.Print(rng, filled, filled.Tables()))
			filled.Cells[figure.ID] = whole
			for _, f := range findings {
				if failed := f.Status == report.Fail; failed != named[f.Rule] {
					t.Errorf("%s form, %s broken: %s is %s", form.ID, figure.ID, f.Rule, f.Status)
				}
			}
		}
	}
}

// TestUnreadIsNeverAPass takes the number away from every operand in turn.
func TestUnreadIsNeverAPass(t *testing.T) {
	auditor := audit.New(schemas.Embedded())
	form := schemas.Embedded().Newest()
	for _, state := range []report.State{report.Absent, report.Blank, report.NotApplicable, report.Unreadable} {
		r := &report.Report{}
		for _, s := range form.Tables() {
			r.Forms = append(r.Forms, report.TableForm{Section: s.ID, Form: form.ID, Found: true})
		}
		for _, f := range form.Figures() {
			r.Figures = append(r.Figures, report.Figure{ID: f.ID, State: report.Number, Value: report.NewDecimal(0)})
		}
		for i := range r.Figures {
			whole := r.Figures[i]
			r.Figures[i] = report.Figure{ID: whole.ID, State: state}
			for _, f := range auditor.Check(r) {
				for _, o := range f.Operands {
					if o.ID == whole.ID && f.Status == report.Pass && !strings.HasPrefix(f.Rule, audit.ReadingRule) {
						t.Errorf("%s passes though %s is %s", f.Rule, whole.ID, state)
					}
				}
			}
			r.Figures[i] = whole
		}
	}
}

func Example() {
	for _, check := range schemas.Embedded().Newest().Checks()[:1] {
		fmt.Println(check.ID, check.Formula())
	}
	// Output: requests.balance.natural requests.received.natural + requests.carried_in.natural = requests.concluded.natural + requests.carried_out.natural
}

// inPicture makes the cells of a report those of a picture in an attached
// document.
func inPicture(r *report.Report) {
	for _, s := range r.Sections {
		for _, table := range s.Tables {
			for _, row := range table.Rows {
				for i := range row {
					row[i].Confidence = 85 + i%16
					row[i].At.File, row[i].At.Page = 1, 2
					row[i].At.Box = report.Box{Left: 10 * i, Top: -1, Right: 10*i + 9, Bottom: 20}
				}
			}
		}
	}
}

// TestAttachedReadsTheSame attaches every test document to a page and to itself:
// its figures stay what they are, only that places name the file, and a document
// never differs from itself.
func TestAttachedReadsTheSame(t *testing.T) {
	files, _ := filepath.Glob("testdata/reports/*")
	if len(files) == 0 {
		t.Fatal("no test documents")
	}
	c := newChain(schemas.Embedded())
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		self := parser.File{Name: "./a", Data: data}
		alone, _ := c.read(t, file, data)
		inFile, _ := c.read(t, file, []byte("<p>见附件</p>"), self)
		if inFile.Office != alone.Office || inFile.Year != alone.Year || inFile.Title != alone.Title || inFile.Published != alone.Published {
			t.Errorf("%s: attached it is %s %d %s", file, inFile.Office, inFile.Year, inFile.Published)
		}
		for i, f := range inFile.Figures {
			if f.State == report.Number && f.At.File != 1 {
				t.Errorf("%s: %s has its place in file %d", file, f.ID, f.At.File)
			}
			f.At.File = 0
			if !reflect.DeepEqual(f, alone.Figures[i]) {
				t.Errorf("%s: attached %+v, alone %+v", file, f, alone.Figures[i])
			}
		}
		twice, findings := c.read(t, file, data, self)
		if !reflect.DeepEqual(twice.Figures, alone.Figures) {
			t.Errorf("%s: other figures with itself attached", file)
		}
		for _, f := range findings {
			if strings.HasPrefix(f.Rule, audit.SourceRule) && f.Status == report.Fail {
				t.Errorf("%s: %s %s", file, f.Rule, f.Message.EN)
			}
		}
	}
}
