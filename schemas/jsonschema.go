package schemas

import (
	"encoding/json"
	"slices"

	"gongkai/report"
)

// object is a JSON object of the schema; its keys are written in order.
type object = map[string]any

// JSONSchema is the JSON Schema (2020-12) of the canonical report. What a figure
// may be called is derived from the forms; a test holds the rest against real
// output.
func (s *Set) JSONSchema() string {
	schema := object{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"$id":         "urn:gongkai:report",
		"title":       "Canonical yearly report on open government information",
		"description": "One report as gongkai reads it. Every figure is what the page prints, with its place, or says why it was not read.",
		"$ref":        "#/$defs/report",
		"$defs":       s.definitions(),
	}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		panic(err) // maps of strings
	}
	return string(text) + "\n"
}

func (s *Set) definitions() object {
	return object{
		"report": closed(object{
			"office":    text("the body as its title names it; empty if unknown"),
			"year":      object{"type": "integer", "minimum": 0, "description": "the year reported on; 0 if unknown"},
			"title":     text("the printed title"),
			"published": object{"type": "string", "pattern": `^(\d{4}-\d{2}-\d{2})?$`},
			"source":    ref("source"),
			"forms":     list(closed(object{"section": object{"enum": s.TableIDs()}, "form": object{"enum": s.formIDs()}, "found": object{"type": "boolean"}})),
			"sections":  list(closed(object{"id": text("section of the form, empty before the first heading"), "title": text("the printed heading"), "text": text("the lines that are no table"), "tables": list(ref("table")), "at": ref("place")}, "at")),
			"figures":   list(ref("figure")),
			"notes":     list(ref("message")),
			"copies":    list(closed(object{"file": count(1), "report": ref("report")})),
			"others":    list(count(1)),
		}, "copies", "others"),
		"source": closed(object{
			"name": text("path or address; of an attached file, the reference to it"), "media_type": text("by content"), "charset": text("the encoding read"),
			"size":     object{"type": "integer", "minimum": 0},
			"sha256":   object{"type": "string", "pattern": "^[0-9a-f]{64}$"},
			"attached": list(ref("source")),
		}, "attached"),
		"table": closed(object{
			"layout": object{"enum": []report.Layout{report.Grid, report.Tabs, report.Pipes, report.Lines, report.Unread}},
			"rows":   list(list(ref("cell"))), "at": ref("place"),
			"caption": text("the short line right above"), "cut": object{"const": true}, "note": ref("message"),
		}, "at", "caption", "cut", "note"),
		"cell": closed(object{
			"text": text("as printed"), "cols": count(2), "rows": count(2),
			"joined": object{"const": true}, "cut": object{"const": true}, "confidence": percent(), "at": ref("place"),
		}, "cols", "rows", "joined", "cut", "confidence", "at"),
		"place": closed(object{
			"file": count(1), "page": count(1), "line": count(1), "table": count(1), "row": count(1), "col": count(1), "box": ref("box"),
		}, "file", "page", "line", "table", "row", "col", "box"),
		"box":     closed(object{"left": integer(), "top": integer(), "right": integer(), "bottom": integer()}),
		"message": closed(object{"zh": text("in Chinese"), "en": text("in English")}),
		"figure":  s.figureDefinition(),
	}
}

func (s *Set) figureDefinition() object {
	figure := closed(object{
		"figure": object{"enum": s.figureIDs()}, "state": object{"enum": report.States()},
		"value": object{"type": []string{"number", "null"}}, "unit": text("of the value"),
		"printed_unit": text("unit or measure word on the page"), "unit_from": object{"enum": []string{"cell", "header", "form"}},
		"raw": text("the cell as printed"), "source": object{"const": report.OCR}, "confidence": percent(), "note": ref("message"), "at": ref("place"),
	}, "printed_unit", "unit_from", "source", "confidence", "note", "at")
	figure["if"] = object{"properties": object{"state": object{"const": report.Number}}}
	figure["then"] = object{"properties": object{"value": object{"type": "number"}}}
	figure["else"] = object{"properties": object{"value": object{"type": "null"}}}
	return figure
}

func (s *Set) figureIDs() (ids []report.ID) {
	for _, f := range s.Figures() {
		ids = append(ids, f.ID)
	}
	return ids
}

func (s *Set) formIDs() (ids []string) {
	for _, form := range s.Forms {
		ids = append(ids, form.ID)
	}
	return ids
}

// TableIDs are the ids of all sections that have a table in any form.
func (s *Set) TableIDs() (ids []string) {
	seen := map[string]bool{}
	for _, form := range s.Forms {
		for _, section := range form.Tables() {
			if !seen[section.ID] {
				ids = append(ids, section.ID)
				seen[section.ID] = true
			}
		}
	}
	return ids
}

// closed is an object with exactly these properties; all but the optional ones
// are required.
func closed(properties object, optional ...string) object {
	isOptional := map[string]bool{}
	for _, name := range optional {
		isOptional[name] = true
	}
	var required []string
	for name := range properties {
		if !isOptional[name] {
			required = append(required, name)
		}
	}
	o := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = slices.Sorted(slices.Values(required))
	}
	return o
}

func list(items object) object { return object{"type": "array", "items": items} }
func ref(name string) object   { return object{"$ref": "#/$defs/" + name} }
func text(what string) object  { return object{"type": "string", "description": what} }
func count(minimum int) object { return object{"type": "integer", "minimum": minimum} }
func integer() object          { return object{"type": "integer"} }

// percent is how sure optical recognition is.
func percent() object { return object{"type": "integer", "minimum": 1, "maximum": 100} }
