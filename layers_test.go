package gongkai_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// layers states which packages of the project each package may import. The
// rooms in the middle never import each other; a new folder must be added here.
const layers = `
report           :
schemas          : report
schemas/formtest : report schemas
schemas/formtest/published : report schemas schemas/formtest
crawler          : report schemas
parser/blocks    : report
parser/page      : report parser/blocks
parser/timing    :
parser/pdf       : report parser/blocks parser/page
parser/pdf/pdftest :
parser/office    : report parser/blocks
parser/ocr       : report parser/blocks parser/page
parser           : report schemas parser/blocks parser/page parser/pdf parser/office parser/ocr
normalize        : report schemas
audit            : report schemas
sink             : report schemas
pipeline         : report schemas crawler parser normalize audit sink
cmd/gongkai      : report schemas crawler parser parser/ocr normalize audit sink pipeline
`

func TestLayers(t *testing.T) {
	allowed := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(layers)) {
		pkg, imports, _ := strings.Cut(line, ":")
		allowed[strings.TrimSpace(pkg)] = " " + strings.TrimSpace(imports) + " "
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		if pkg == "." {
			return nil
		}
		imports, known := allowed[pkg]
		if !known {
			t.Errorf("package %s has no place in the layers: add it", pkg)
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if inner, ours := strings.CutPrefix(imported, "gongkai/"); ours && !strings.Contains(imports, " "+inner+" ") {
				t.Errorf("%s imports %s, which package %s may not", path, imported, pkg)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
