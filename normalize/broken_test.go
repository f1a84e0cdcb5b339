package normalize_test

import (
	"strings"
	"testing"

	"gongkai/report"
)

// TestBrokenLines breaks a line inside each value of a row. No value of the row
// may then be a number; unbroken, all are.
func TestBrokenLines(t *testing.T) {
	kinds := []string{"商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"}
	for name, space := range map[string]string{"spaces": " ", "tabs": "\t"} {
		header := "申请人情况\n自然人" + space + "法人或其他组织" + space + "总计\n" + strings.Join(kinds, space) + "\n"
		if space == "\t" {
			header = "\t申请人情况\n\t自然人\t法人或其他组织\t\t\t\t\t总计\n\t\t" + strings.Join(kinds, space) + "\n"
		}
		title := "甲市测试局2022年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n" + header
		last := "\n二、上年结转政府信息公开申请数量" + strings.Repeat(space+"2", 7) + "\n四、政府信息公开行政复议、行政诉讼情况\n"
		values := strings.Split("41 42 43 44 45 46 47", " ")
		for broken := -1; broken < len(values); broken++ {
			for _, dropped := range []bool{false, true} { // an empty cell vanished
				row := append([]string{}, values...)
				if broken >= 0 {
					row[broken] = "12\n3"
				}
				if dropped && broken >= 0 {
					row = append(row[:(broken+1)%7], row[(broken+1)%7+1:]...)
				}
				r, err := newReader().read(name, []byte(title+"一、本年新收政府信息公开申请数量"+space+strings.Join(row, space)+last))
				if err != nil {
					t.Fatal(err)
				}
				numbers := 0
				for _, f := range r.Figures {
					if strings.HasPrefix(string(f.ID), "requests.received.") && f.State == report.Number {
						numbers++
					}
				}
				if broken < 0 && numbers != 7 || broken >= 0 && numbers > 0 {
					t.Errorf("%s, value %d broken, dropped %v: %d numbers", name, broken, dropped, numbers)
				}
			}
		}
	}
}
