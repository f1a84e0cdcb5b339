package normalize

import (
	"fmt"

	"gongkai/report"
)

// Why a figure was refused, and what is odd about one that was not.
var (
	noHeader               = report.Text{ZH: "本表未见列标题，按表式次序读取", EN: "no column header seen; read in the order of the form"}
	noHeaderAtAll          = report.Text{ZH: "未见条款标题和列标题，无法确定是否为表式数据", EN: "neither the block's line nor a column header was seen: it may be another table"}
	againstGeometry        = report.Text{ZH: "按次序与按列标题位置得出的列不同", EN: "counting the cells and their place below the header give different columns"}
	otherColumns           = report.Text{ZH: "列的次序或数目与表式不同，按列标题读取", EN: "columns differ from the form in order or number; read by their headers"}
	incompleteHeader       = report.Text{ZH: "列标题不完整，按表式次序读取", EN: "the column header is incomplete; read in the order of the form"}
	strangeHeader          = report.Text{ZH: "列标题与表式不符，无法确定各列", EN: "the column header does not match the form: the columns cannot be told"}
	unclearOrder           = report.Text{ZH: "列标题跨多行，列的次序无法确定", EN: "the header runs over several lines and the order of the columns cannot be told"}
	orderBySums            = report.Text{ZH: "列标题跨多行，按各列之和确定列的次序", EN: "the header runs over several lines; the order of the columns is the one whose sums agree"}
	noCells                = report.Text{ZH: "标签后没有单元格", EN: "no cell stands behind the label"}
	vanishedCell           = report.Text{ZH: "标签后没有数值，空单元格不可见", EN: "no value behind the label; empty cells are invisible here"}
	nextLabelMissing       = report.Text{ZH: "下一行的标签缺失，空单元格不可见，数值可能属于下一行", EN: "the next row's label is missing and empty cells are invisible: values may belong to that row"}
	spansRows              = report.Text{ZH: "数值单元格跨多行，无法确定属于哪一行", EN: "the value's cell spans rows: it cannot be told which it belongs to"}
	printedTwice           = report.Text{ZH: "本行出现两次，数值相同", EN: "the row is printed twice with the same value"}
	recognisedWithoutTable = report.Text{ZH: "内容由图片识别，未能认出本表", EN: "the document was recognised in a picture, in which this table could not be made out"}
	numbersWithoutTable    = report.Text{ZH: "本节有数字，但未能认出表格", EN: "numbers stand in this section, but no table could be made out"}
	cutByPage              = report.Text{ZH: "本行可能被分页截断，标签或数值可能在另一页", EN: "a page break may cut this row: its label or its values may stand on the other page"}
	thinnedText            = report.Text{ZH: "文本中相同的行已被去除，数值的位置无法确定", EN: "lines that repeat were dropped from the text: where values stand cannot be told"}
)

// brokenLine is why a row is refused that a line break may cut inside a value.
var brokenLine = report.Text{
	ZH: "本行数值中间换行，数值可能被拆开",
	EN: "a line breaks among the values of the row: a value may be broken in two",
}

func brokenByWords(words string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("数值之间有其他文字“%s”", clip(words)),
		EN: fmt.Sprintf("other words stand among the values: %q", clip(words)),
	}
}

func tooManyCells(cells, width int) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("本行有%d个单元格，表式有%d列", cells, width),
		EN: fmt.Sprintf("the row has %d cells for %d columns", cells, width),
	}
}

func alikeCells(cells, width int) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("本行有%d个相同的数值，表式有%d列", cells, width),
		EN: fmt.Sprintf("the row has %d cells for %d columns, all the same", cells, width),
	}
}

func cannotPlace(values, width int) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("本行有%d个数值，表式有%d列，无法确定各数值属于哪一列", values, width),
		EN: fmt.Sprintf("the row has %d values for %d columns: which belongs to which cannot be told", values, width),
	}
}

func joinedValues(text string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("数值“%s”连在一起，无法分开", clip(text)),
		EN: fmt.Sprintf("the values %q are printed without anything between them", clip(text)),
	}
}

func otherMeaning(header, label string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("列标题为“%s”，不是“%s”", clip(header), label),
		EN: fmt.Sprintf("the column is headed %q, not %q", clip(header), label),
	}
}

func headerMisprint(header, label string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("列标题印作“%s”，按次序读作“%s”", clip(header), label),
		EN: fmt.Sprintf("a column is headed %q; by its place it is %q", clip(header), label),
	}
}

func printedDifferently(a, b string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("本行出现两次，内容不同：“%s”与“%s”", clip(a), clip(b)),
		EN: fmt.Sprintf("the row is printed twice with different contents: %q and %q", clip(a), clip(b)),
	}
}

func ofOtherYear(caption string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("表前文字为“%s”，不是本报告年度的表", clip(caption)),
		EN: fmt.Sprintf("the line above the table says %q: it is not about the year reported on", clip(caption)),
	}
}

func unsure(seen string, confidence, bar int) report.Text {
	if seen == "" {
		return report.Text{
			ZH: fmt.Sprintf("图片中此格似为空白，把握%d%%，低于%d%%，请对照图片", confidence, bar),
			EN: fmt.Sprintf("the cell seems empty in the picture, with a confidence of %d%%, below %d%%: compare the picture", confidence, bar),
		}
	}
	return report.Text{
		ZH: fmt.Sprintf("图片识别为“%s”，把握%d%%，低于%d%%，请对照图片", clip(seen), confidence, bar),
		EN: fmt.Sprintf("recognised in the picture as %q with a confidence of %d%%, below %d%%: compare the picture", clip(seen), confidence, bar),
	}
}

func misreadLabel(seen, label string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("图片识别的标签“%s”读作“%s”", clip(seen), clip(label)),
		EN: fmt.Sprintf("the label recognised as %q is taken for %q", clip(seen), clip(label)),
	}
}

func labelLost(label string) report.Text {
	return report.Text{
		ZH: fmt.Sprintf("行标签缺失，按位置读作“%s”", label),
		EN: fmt.Sprintf("the row's label is missing; by its place it is %q", label),
	}
}

func unknownRow(label string, at report.Pos) report.Text {
	where := fmt.Sprintf("table %d, row %d", at.Table, at.Row)
	if at.Line > 0 {
		where = fmt.Sprintf("line %d", at.Line)
	}
	return report.Text{
		ZH: fmt.Sprintf("表中有表式以外的行“%s”（%s），未读取", clip(label), where),
		EN: fmt.Sprintf("a row that the form does not have was not read: %q (%s)", clip(label), where),
	}
}

// clip shortens a quotation from the page.
func clip(s string) string {
	const most = 24
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
