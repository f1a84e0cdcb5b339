package normalize

import "gongkai/schemas"

// chooseForms decides for each section which form its table was printed with.
// Only labels count: reports use superseded forms and mix forms, so the year
// says nothing. A label that only one form has is a vote for it. Where a
// section's labels leave it open, the form of the other sections is taken, else
// the newest.
func (n *Normalizer) chooseForms(s sheet) map[string]*schemas.Form {
	votes := map[string]map[*schemas.Form]int{}
	for i := range s {
		for j := range s[i].cells {
			if s[i].cells[j].class == labelCell {
				n.vote(votes, s[i].cells, j)
			}
		}
	}
	chosen := map[string]*schemas.Form{}
	neighbours := map[*schemas.Form]int{}
	for section, count := range votes {
		if form := n.leader(count); form != nil {
			chosen[section] = form
			neighbours[form]++
		}
	}
	fallback := n.leader(neighbours)
	if fallback == nil {
		fallback = n.Forms.Newest()
	}
	for _, section := range n.Forms.TableIDs() {
		if chosen[section] == nil {
			chosen[section] = fallback
		}
	}
	return chosen
}

func (n *Normalizer) vote(votes map[string]map[*schemas.Form]int, cells []cell, at int) {
	refs := cells[at].refs
	for _, ref := range refs {
		if !n.distinguishes(ref, refs, cells, at) {
			continue
		}
		if votes[ref.Section.ID] == nil {
			votes[ref.Section.ID] = map[*schemas.Form]int{}
		}
		votes[ref.Section.ID][ref.Form]++
	}
}

// distinguishes reports whether the label tells this form from the others: no
// other form has it in the same section, or another form has it for a group
// that has no figures of its own and figures follow here (（六）其他处理 is one
// row of the 2019 form and a group of three in the 2021 form).
func (n *Normalizer) distinguishes(ref schemas.Ref, refs []schemas.Ref, cells []cell, at int) bool {
	for _, other := range refs {
		if other.Form == ref.Form || other.Section.ID != ref.Section.ID {
			continue
		}
		rowHere := ref.Kind == schemas.RowLabel && other.Kind == schemas.GroupLabel
		if !rowHere || at+1 >= len(cells) || cells[at+1].class != valueCell && cells[at+1].class != blankCell {
			return false
		}
	}
	return true
}

// leader is the form with most votes, nil if there is none or no single one.
func (n *Normalizer) leader(votes map[*schemas.Form]int) *schemas.Form {
	var leader *schemas.Form
	tied := false
	for _, form := range n.Forms.Forms {
		switch count := votes[form]; {
		case count == 0:
		case leader == nil || count > votes[leader]:
			leader, tied = form, false
		case count == votes[leader]:
			tied = true
		}
	}
	if tied {
		return nil
	}
	return leader
}
