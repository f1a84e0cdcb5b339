package parser

import (
	"bytes"
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Link is a reference of a page to a file that belongs to it.
type Link struct {
	// Href is the reference as the page prints it.
	Href string
	// Text is what the page calls the file.
	Text string
	// Picture marks a picture that is shown in the page.
	Picture bool
}

const (
	// maxDocuments bounds the files that count as attachments. A page that names
	// more is a list, not a report.
	maxDocuments = 12
	// maxPictures bounds the pictures of a page; a report scanned page by page has
	// some dozens.
	maxPictures = MaxAttached - maxDocuments
)

// Links returns what a page attaches: the documents it names, the likeliest report
// first, then the large pictures it shows, in their order. It is empty for what
// is no page, and for a page that lists the reports of several years: these are
// documents in their own right.
func Links(data []byte) []Link {
	if !mayAttach(data) {
		return nil
	}
	if kind, err := sniff(data); err != nil || kind.mediaType != htmlKind.mediaType || int64(len(data)) > DefaultMaxBytes {
		return nil
	}
	text, _, _ := decodeText(data)
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return nil
	}
	head := goquery.NewDocumentFromNode(root).ChildrenFiltered("html").ChildrenFiltered("head")
	s := linkSearch{styles: styles{known: map[string]look{}}, year: statedYear(pageTitle(head)), seen: map[string]bool{}}
	s.walk(root)
	return s.links()
}

// documentSuffix are the names of what may be an attached report.
var documentSuffix = regexp.MustCompile(`(?i)\.(?:pdf|docx?|docm|wps|xlsx?|xlsm|et|rtf|ofd|zip|rar|7z|mht|mhtml|txt)(?:$|[\s?#&)）】”"'，。；]|（)`)

// attaching are marks without which no page names a file.
var attaching = regexp.MustCompile(`(?i)\.(?:pdf|docx?|docm|wps|xlsx?|xlsm|et|rtf|ofd|zip|rar|7z|mhtm?l?|txt)\b|<(?:iframe|embed|object|img|image)\b`)

// mayAttach is the quick way past most pages.
func mayAttach(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), 4096)], 0) >= 0 || attaching.Match(data)
}

// linkSearch looks for links in a page.
type linkSearch struct {
	styles
	year      int // that the page's title states
	documents []candidate
	pictures  []Link
	seen      map[string]bool
	years     map[int]bool
	many      bool // more than can belong to one report
}

type candidate struct {
	Link
	score int
}

func (s *linkSearch) walk(n *html.Node) {
	for child := n.FirstChild; child != nil && !s.many; child = child.NextSibling {
		if child.Type != html.ElementNode {
			continue
		}
		if s.hidden(child) || child.DataAtom == atom.Script || child.DataAtom == atom.Template {
			continue
		}
		switch child.DataAtom {
		case atom.A:
			s.link(attribute(child, "href"), nodeText(child), attribute(child, "title"), attribute(child, "download"))
		case atom.Iframe, atom.Embed:
			s.viewer(attribute(child, "src"))
		case atom.Object:
			s.viewer(attribute(child, "data"))
		case atom.Img:
			s.picture(child)
		}
		s.walk(child)
	}
}

// viewer takes a document that is shown inside the page, by itself or by a
// program that gets its address: viewer.html?file=a.pdf.
func (s *linkSearch) viewer(src string) {
	address, err := url.Parse(src)
	if err != nil {
		return
	}
	for _, values := range address.Query() {
		for _, value := range values {
			if documentSuffix.MatchString(value) {
				s.link(value, "", "", "")
				return
			}
		}
	}
	if documentSuffix.MatchString(address.Path) {
		s.link(src, "", "", "")
	}
}

// reportWords are in the names of reports.
var reportWords = regexp.MustCompile(`年度报告|年报|公开.{0,12}报告|报告.{0,12}公开`)

// link takes a reference that by itself or by what the page calls it names a
// document.
func (s *linkSearch) link(href string, names ...string) {
	href = strings.TrimSpace(href)
	name := names[0]
	for _, n := range names {
		if documentSuffix.MatchString(n) {
			name = n
			break
		}
	}
	address, err := url.Parse(href)
	if href == "" || err != nil || s.seen[href] || !isFetchable(address) {
		return
	}
	own := documentSuffix.MatchString(address.Path) || documentSuffix.MatchString(address.RawQuery)
	if !own && !documentSuffix.MatchString(name) {
		return
	}
	s.seen[href] = true
	if name == "" {
		name = path.Base(address.Path)
	}
	s.candidate(Link{Href: href, Text: squeeze(name)})
}

func (s *linkSearch) candidate(l Link) {
	said := l.Text + " " + path.Base(l.Href)
	c := candidate{Link: l}
	if reportWords.MatchString(said) {
		c.score += 4
		if year := statedYear(l.Text); year != 0 {
			if s.years == nil {
				s.years = map[int]bool{}
			}
			s.years[year] = true
		}
	}
	if strings.Contains(said, "附件") || strings.Contains(said, "下载") {
		c.score++
	}
	if year := statedYear(l.Text); year != 0 && s.year != 0 && year != s.year {
		return // a report of another year, named beside
	}
	if s.documents = append(s.documents, c); len(s.documents) > maxDocuments {
		s.many = true
	}
}

func isFetchable(address *url.URL) bool {
	return address.Scheme == "" || address.Scheme == "http" || address.Scheme == "https" || address.Scheme == "file"
}

func (s *linkSearch) picture(img *html.Node) {
	ref := pictureRef(img)
	if ref == "" || strings.HasPrefix(ref, "data:") || s.seen[ref] || len(s.pictures) == maxPictures {
		return
	}
	s.seen[ref] = true
	s.pictures = append(s.pictures, Link{Href: ref, Text: attribute(img, "alt"), Picture: true})
}

func (s *linkSearch) links() []Link {
	var links []Link
	list := s.many || s.year == 0 && len(s.years) > 1
	if !list {
		slices.SortStableFunc(s.documents, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
		for _, c := range s.documents {
			links = append(links, c.Link)
		}
	}
	return append(links, s.pictures...)
}

var yearInName = regexp.MustCompile(`(20\d\d)\s*年`)

// statedYear is the year that a name states; 0 if none or several.
func statedYear(name string) (year int) {
	for _, m := range yearInName.FindAllStringSubmatch(name, -1) {
		n, _ := strconv.Atoi(m[1])
		if year != 0 && n != year {
			return 0
		}
		year = n
	}
	return year
}

// pictureRef is the reference of a large picture; empty for a small one.
// Pages that load pictures late have the reference elsewhere.
func pictureRef(img *html.Node) string {
	ref := strings.TrimSpace(attribute(img, "src"))
	for _, late := range []string{"data-src", "data-original", "data-lazy-src", "_src"} {
		if r := strings.TrimSpace(attribute(img, late)); r != "" && (ref == "" || strings.HasPrefix(ref, "data:") || !isPictureName(ref)) {
			ref = r
		}
	}
	if ref == "" || !isPictureName(ref) || !isLarge(pixels(img, "width"), pixels(img, "height"), ref) {
		return ""
	}
	return ref
}

// pixels reads a length in pixels from an attribute or the style; 0 if unknown.
func pixels(n *html.Node, name string) int {
	text := strings.TrimSuffix(strings.TrimSpace(attribute(n, name)), "px")
	if text == "" {
		for declaration := range strings.SplitSeq(attribute(n, "style"), ";") {
			property, value, _ := strings.Cut(declaration, ":")
			if strings.EqualFold(strings.TrimSpace(property), name) {
				text = strings.TrimSuffix(strings.TrimSpace(value), "px")
			}
		}
	}
	length, err := strconv.ParseFloat(text, 64)
	if err != nil || length < 0 || length > 1e6 {
		return 0
	}
	return int(length)
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// nodeText is the text in an element, or its beginning.
func nodeText(n *html.Node) string {
	const enough = 1000
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && b.Len() < enough {
			b.WriteString(d.Data)
		}
	}
	return squeeze(b.String())
}
