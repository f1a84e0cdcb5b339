-- The SQLite schema of the gongkai dataset. Derived from the forms; do not edit:
--   go generate ./schemas
--
-- Numbers are exact. A whole number that fits 64 bits is stored as INTEGER, any
-- other decimal as TEXT with the digits it has ('384410.94'), never as a
-- floating-point number. Write "x + 0" to sort by such a column or to calculate
-- with it approximately. Money is in yuan (CNY).
--
-- Read reports, cells, findings, sections and the other names below. The packed_
-- tables hold the rows of the views in a fraction of the space, with small
-- numbers for names that repeat; read them through the views.

CREATE TABLE meta (
  -- What this database is. The schema's version also stands in PRAGMA user_version.
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  -- One row for each distinct document, whatever names it was seen under.
  number INTEGER PRIMARY KEY,     -- joins the packed_ tables; the order of arrival, without a meaning outside this file
  sha256 TEXT NOT NULL UNIQUE,    -- SHA-256 of the bytes, lower-case hexadecimal; with attached files, a hash over all of them (see files)
  media_type TEXT NOT NULL,       -- what the bytes are, by their content
  charset TEXT NOT NULL,          -- the encoding they were read with
  size INTEGER NOT NULL,          -- bytes
  reading_sha256 TEXT NOT NULL    -- changes when a better program reads the same bytes differently
) STRICT;

CREATE TABLE captures (
  -- Each path or address under which a document was seen.
  sha256 TEXT NOT NULL REFERENCES documents (sha256),
  name TEXT NOT NULL,
  PRIMARY KEY (sha256, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  -- The files of each document that has files attached: the document itself is
  -- file 0, as in cells.file. Documents that are one file have no rows here.
  sha256 TEXT NOT NULL REFERENCES documents (sha256),
  file INTEGER NOT NULL,
  name TEXT NOT NULL,             -- the reference by which the document names the file; '' for itself
  media_type TEXT NOT NULL,       -- what the bytes are, by their content; '' if unknown
  charset TEXT NOT NULL,
  size INTEGER NOT NULL,          -- bytes
  file_sha256 TEXT NOT NULL,      -- SHA-256 of the file's bytes, its name in the archive
  PRIMARY KEY (sha256, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE canonical (
  -- The whole report as canonical JSON, compressed with zstd, "source"."name" left empty.
  -- To read one: sqlite3 gongkai.db "SELECT writefile('report.zst', json) FROM canonical
  -- JOIN documents ON number = document WHERE sha256 = '...'" and then zstd -d report.zst
  document INTEGER PRIMARY KEY,
  json BLOB NOT NULL
) STRICT;

CREATE TABLE reports (
  -- One wide row for each document: what it is, how well it was read, and every figure.
  sha256 TEXT NOT NULL PRIMARY KEY REFERENCES documents (sha256),
  office TEXT NOT NULL,           -- as the title names it; '' when unknown
  year INTEGER NOT NULL,          -- the year reported on; 0 when unknown
  title TEXT NOT NULL,
  published TEXT NOT NULL,        -- the printed date, YYYY-MM-DD; '' when unknown

  -- How many figures the forms ask for, and how they were read. A figure is
  -- exactly one of: a number; blank (an empty cell); not applicable ('/' or a
  -- dash); unreadable (something stands there, but not for certain a number of
  -- this figure); absent (no such row, column or table).
  expected INTEGER NOT NULL,
  numbers INTEGER NOT NULL,
  blanks INTEGER NOT NULL,
  not_applicable INTEGER NOT NULL,
  unreadable INTEGER NOT NULL,
  absent INTEGER NOT NULL,

  -- How many rules the report passes, fails, and cannot be held against.
  findings_passed INTEGER NOT NULL,
  findings_failed INTEGER NOT NULL,
  findings_not_assessable INTEGER NOT NULL,

  -- The form each table was read with; NULL when the page has no such table.
  disclosure_form TEXT, -- 主动公开政府信息情况 / Proactive disclosure
  requests_form TEXT, -- 收到和处理政府信息公开申请情况 / Requests received and handled
  disputes_form TEXT, -- 政府信息公开行政复议、行政诉讼情况 / Administrative reconsideration and litigation

  -- The figures. NULL is never 0: it means that there is no number, and the
  -- state in the view cells says why. A whole number is an INTEGER, any other an
  -- exact decimal as TEXT: write "x + 0" to sort by it or to calculate.
  disclosure_regulations_made ANY, -- 第二十条第（一）项 > 规章 > 本年新制作数量 / rules: made in the year; documents
  disclosure_regulations_opened ANY, -- 第二十条第（一）项 > 规章 > 本年新公开数量 / rules: published in the year; documents
  disclosure_regulations_public ANY, -- 第二十条第（一）项 > 规章 > 对外公开总数量 / rules: published in all; documents
  disclosure_normative_made ANY, -- 第二十条第（一）项 > 规范性文件 > 本年新制作数量 / normative documents: made in the year; documents
  disclosure_normative_opened ANY, -- 第二十条第（一）项 > 规范性文件 > 本年新公开数量 / normative documents: published in the year; documents
  disclosure_normative_public ANY, -- 第二十条第（一）项 > 规范性文件 > 对外公开总数量 / normative documents: published in all; documents
  disclosure_licensing_before ANY, -- 第二十条第（五）项 > 行政许可 > 上一年项目数量 / administrative licences: items in the previous year; items
  disclosure_licensing_change ANY, -- 第二十条第（五）项 > 行政许可 > 本年增/减 / administrative licences: items added or removed in the year; items
  disclosure_licensing_decisions ANY, -- 第二十条第（五）项 > 行政许可 > 处理决定数量 / administrative licences: decisions made; decisions
  disclosure_services_before ANY, -- 第二十条第（五）项 > 其他对外管理服务事项 > 上一年项目数量 / other matters of management and service: items in the previous year; items
  disclosure_services_change ANY, -- 第二十条第（五）项 > 其他对外管理服务事项 > 本年增/减 / other matters of management and service: items added or removed in the year; items
  disclosure_services_decisions ANY, -- 第二十条第（五）项 > 其他对外管理服务事项 > 处理决定数量 / other matters of management and service: decisions made; decisions
  disclosure_penalties_before ANY, -- 第二十条第（六）项 > 行政处罚 > 上一年项目数量 / administrative penalties: items in the previous year; items
  disclosure_penalties_change ANY, -- 第二十条第（六）项 > 行政处罚 > 本年增/减 / administrative penalties: items added or removed in the year; items
  disclosure_penalties_decisions ANY, -- 第二十条第（六）项 > 行政处罚 > 处理决定数量 / administrative penalties: decisions made; decisions
  disclosure_coercion_before ANY, -- 第二十条第（六）项 > 行政强制 > 上一年项目数量 / administrative coercion: items in the previous year; items
  disclosure_coercion_change ANY, -- 第二十条第（六）项 > 行政强制 > 本年增/减 / administrative coercion: items added or removed in the year; items
  disclosure_coercion_decisions ANY, -- 第二十条第（六）项 > 行政强制 > 处理决定数量 / administrative coercion: decisions made; decisions
  disclosure_fees_before ANY, -- 第二十条第（八）项 > 行政事业性收费 > 上一年项目数量 / administrative fees: items in the previous year; items
  disclosure_fees_change ANY, -- 第二十条第（八）项 > 行政事业性收费 > 本年增/减 / administrative fees: items added or removed in the year; items
  disclosure_procurement_items ANY, -- 第二十条第（九）项 > 政府集中采购 > 采购项目数量 / centralised government procurement: purchases; purchases
  disclosure_procurement_amount ANY, -- 第二十条第（九）项 > 政府集中采购 > 采购总金额 / centralised government procurement: amount of purchases; CNY
  requests_received_natural ANY, -- 一、本年新收政府信息公开申请数量 × 自然人 / new requests received: natural persons; requests
  requests_received_business ANY, -- 一、本年新收政府信息公开申请数量 × 法人或其他组织 > 商业企业 / new requests received: commercial enterprises; requests
  requests_received_research ANY, -- 一、本年新收政府信息公开申请数量 × 法人或其他组织 > 科研机构 / new requests received: research institutions; requests
  requests_received_nonprofit ANY, -- 一、本年新收政府信息公开申请数量 × 法人或其他组织 > 社会公益组织 / new requests received: public-benefit organisations; requests
  requests_received_legal ANY, -- 一、本年新收政府信息公开申请数量 × 法人或其他组织 > 法律服务机构 / new requests received: legal service bodies; requests
  requests_received_other ANY, -- 一、本年新收政府信息公开申请数量 × 法人或其他组织 > 其他 / new requests received: other organisations; requests
  requests_received_total ANY, -- 一、本年新收政府信息公开申请数量 × 总计 / new requests received: total; requests
  requests_carried_in_natural ANY, -- 二、上年结转政府信息公开申请数量 × 自然人 / requests carried in from last year: natural persons; requests
  requests_carried_in_business ANY, -- 二、上年结转政府信息公开申请数量 × 法人或其他组织 > 商业企业 / requests carried in from last year: commercial enterprises; requests
  requests_carried_in_research ANY, -- 二、上年结转政府信息公开申请数量 × 法人或其他组织 > 科研机构 / requests carried in from last year: research institutions; requests
  requests_carried_in_nonprofit ANY, -- 二、上年结转政府信息公开申请数量 × 法人或其他组织 > 社会公益组织 / requests carried in from last year: public-benefit organisations; requests
  requests_carried_in_legal ANY, -- 二、上年结转政府信息公开申请数量 × 法人或其他组织 > 法律服务机构 / requests carried in from last year: legal service bodies; requests
  requests_carried_in_other ANY, -- 二、上年结转政府信息公开申请数量 × 法人或其他组织 > 其他 / requests carried in from last year: other organisations; requests
  requests_carried_in_total ANY, -- 二、上年结转政府信息公开申请数量 × 总计 / requests carried in from last year: total; requests
  requests_granted_natural ANY, -- 三、本年度办理结果 > （一）予以公开 × 自然人 / granted: natural persons; requests
  requests_granted_business ANY, -- 三、本年度办理结果 > （一）予以公开 × 法人或其他组织 > 商业企业 / granted: commercial enterprises; requests
  requests_granted_research ANY, -- 三、本年度办理结果 > （一）予以公开 × 法人或其他组织 > 科研机构 / granted: research institutions; requests
  requests_granted_nonprofit ANY, -- 三、本年度办理结果 > （一）予以公开 × 法人或其他组织 > 社会公益组织 / granted: public-benefit organisations; requests
  requests_granted_legal ANY, -- 三、本年度办理结果 > （一）予以公开 × 法人或其他组织 > 法律服务机构 / granted: legal service bodies; requests
  requests_granted_other ANY, -- 三、本年度办理结果 > （一）予以公开 × 法人或其他组织 > 其他 / granted: other organisations; requests
  requests_granted_total ANY, -- 三、本年度办理结果 > （一）予以公开 × 总计 / granted: total; requests
  requests_partial_natural ANY, -- 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形） × 自然人 / granted in part: natural persons; requests
  requests_partial_business ANY, -- 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形） × 法人或其他组织 > 商业企业 / granted in part: commercial enterprises; requests
  requests_partial_research ANY, -- 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形） × 法人或其他组织 > 科研机构 / granted in part: research institutions; requests
  requests_partial_nonprofit ANY, -- 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形） × 法人或其他组织 > 社会公益组织 / granted in part: public-benefit organisations; requests
  requests_partial_legal ANY, -- 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形） × 法人或其他组织 > 法律服务机构 / granted in part: legal service bodies; requests
  requests_partial_other ANY, -- 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形） × 法人或其他组织 > 其他 / granted in part: other organisations; requests
  requests_partial_total ANY, -- 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形） × 总计 / granted in part: total; requests
  requests_refused_state_secret_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密 × 自然人 / refused: state secret: natural persons; requests
  requests_refused_state_secret_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密 × 法人或其他组织 > 商业企业 / refused: state secret: commercial enterprises; requests
  requests_refused_state_secret_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密 × 法人或其他组织 > 科研机构 / refused: state secret: research institutions; requests
  requests_refused_state_secret_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密 × 法人或其他组织 > 社会公益组织 / refused: state secret: public-benefit organisations; requests
  requests_refused_state_secret_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密 × 法人或其他组织 > 法律服务机构 / refused: state secret: legal service bodies; requests
  requests_refused_state_secret_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密 × 法人或其他组织 > 其他 / refused: state secret: other organisations; requests
  requests_refused_state_secret_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密 × 总计 / refused: state secret: total; requests
  requests_refused_law_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开 × 自然人 / refused: forbidden by other law: natural persons; requests
  requests_refused_law_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开 × 法人或其他组织 > 商业企业 / refused: forbidden by other law: commercial enterprises; requests
  requests_refused_law_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开 × 法人或其他组织 > 科研机构 / refused: forbidden by other law: research institutions; requests
  requests_refused_law_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开 × 法人或其他组织 > 社会公益组织 / refused: forbidden by other law: public-benefit organisations; requests
  requests_refused_law_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开 × 法人或其他组织 > 法律服务机构 / refused: forbidden by other law: legal service bodies; requests
  requests_refused_law_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开 × 法人或其他组织 > 其他 / refused: forbidden by other law: other organisations; requests
  requests_refused_law_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开 × 总计 / refused: forbidden by other law: total; requests
  requests_refused_security_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定” × 自然人 / refused: endangers security or stability: natural persons; requests
  requests_refused_security_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定” × 法人或其他组织 > 商业企业 / refused: endangers security or stability: commercial enterprises; requests
  requests_refused_security_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定” × 法人或其他组织 > 科研机构 / refused: endangers security or stability: research institutions; requests
  requests_refused_security_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定” × 法人或其他组织 > 社会公益组织 / refused: endangers security or stability: public-benefit organisations; requests
  requests_refused_security_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定” × 法人或其他组织 > 法律服务机构 / refused: endangers security or stability: legal service bodies; requests
  requests_refused_security_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定” × 法人或其他组织 > 其他 / refused: endangers security or stability: other organisations; requests
  requests_refused_security_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定” × 总计 / refused: endangers security or stability: total; requests
  requests_refused_third_party_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益 × 自然人 / refused: lawful rights of third parties: natural persons; requests
  requests_refused_third_party_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益 × 法人或其他组织 > 商业企业 / refused: lawful rights of third parties: commercial enterprises; requests
  requests_refused_third_party_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益 × 法人或其他组织 > 科研机构 / refused: lawful rights of third parties: research institutions; requests
  requests_refused_third_party_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益 × 法人或其他组织 > 社会公益组织 / refused: lawful rights of third parties: public-benefit organisations; requests
  requests_refused_third_party_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益 × 法人或其他组织 > 法律服务机构 / refused: lawful rights of third parties: legal service bodies; requests
  requests_refused_third_party_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益 × 法人或其他组织 > 其他 / refused: lawful rights of third parties: other organisations; requests
  requests_refused_third_party_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益 × 总计 / refused: lawful rights of third parties: total; requests
  requests_refused_internal_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息 × 自然人 / refused: internal affairs: natural persons; requests
  requests_refused_internal_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息 × 法人或其他组织 > 商业企业 / refused: internal affairs: commercial enterprises; requests
  requests_refused_internal_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息 × 法人或其他组织 > 科研机构 / refused: internal affairs: research institutions; requests
  requests_refused_internal_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息 × 法人或其他组织 > 社会公益组织 / refused: internal affairs: public-benefit organisations; requests
  requests_refused_internal_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息 × 法人或其他组织 > 法律服务机构 / refused: internal affairs: legal service bodies; requests
  requests_refused_internal_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息 × 法人或其他组织 > 其他 / refused: internal affairs: other organisations; requests
  requests_refused_internal_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息 × 总计 / refused: internal affairs: total; requests
  requests_refused_process_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息 × 自然人 / refused: deliberative process: natural persons; requests
  requests_refused_process_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息 × 法人或其他组织 > 商业企业 / refused: deliberative process: commercial enterprises; requests
  requests_refused_process_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息 × 法人或其他组织 > 科研机构 / refused: deliberative process: research institutions; requests
  requests_refused_process_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息 × 法人或其他组织 > 社会公益组织 / refused: deliberative process: public-benefit organisations; requests
  requests_refused_process_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息 × 法人或其他组织 > 法律服务机构 / refused: deliberative process: legal service bodies; requests
  requests_refused_process_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息 × 法人或其他组织 > 其他 / refused: deliberative process: other organisations; requests
  requests_refused_process_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息 × 总计 / refused: deliberative process: total; requests
  requests_refused_enforcement_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷 × 自然人 / refused: law enforcement files: natural persons; requests
  requests_refused_enforcement_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷 × 法人或其他组织 > 商业企业 / refused: law enforcement files: commercial enterprises; requests
  requests_refused_enforcement_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷 × 法人或其他组织 > 科研机构 / refused: law enforcement files: research institutions; requests
  requests_refused_enforcement_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷 × 法人或其他组织 > 社会公益组织 / refused: law enforcement files: public-benefit organisations; requests
  requests_refused_enforcement_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷 × 法人或其他组织 > 法律服务机构 / refused: law enforcement files: legal service bodies; requests
  requests_refused_enforcement_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷 × 法人或其他组织 > 其他 / refused: law enforcement files: other organisations; requests
  requests_refused_enforcement_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷 × 总计 / refused: law enforcement files: total; requests
  requests_refused_inquiry_natural ANY, -- 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项 × 自然人 / refused: matter of administrative inquiry: natural persons; requests
  requests_refused_inquiry_business ANY, -- 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项 × 法人或其他组织 > 商业企业 / refused: matter of administrative inquiry: commercial enterprises; requests
  requests_refused_inquiry_research ANY, -- 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项 × 法人或其他组织 > 科研机构 / refused: matter of administrative inquiry: research institutions; requests
  requests_refused_inquiry_nonprofit ANY, -- 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项 × 法人或其他组织 > 社会公益组织 / refused: matter of administrative inquiry: public-benefit organisations; requests
  requests_refused_inquiry_legal ANY, -- 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项 × 法人或其他组织 > 法律服务机构 / refused: matter of administrative inquiry: legal service bodies; requests
  requests_refused_inquiry_other ANY, -- 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项 × 法人或其他组织 > 其他 / refused: matter of administrative inquiry: other organisations; requests
  requests_refused_inquiry_total ANY, -- 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项 × 总计 / refused: matter of administrative inquiry: total; requests
  requests_unavailable_not_held_natural ANY, -- 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息 × 自然人 / not available: not held: natural persons; requests
  requests_unavailable_not_held_business ANY, -- 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息 × 法人或其他组织 > 商业企业 / not available: not held: commercial enterprises; requests
  requests_unavailable_not_held_research ANY, -- 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息 × 法人或其他组织 > 科研机构 / not available: not held: research institutions; requests
  requests_unavailable_not_held_nonprofit ANY, -- 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息 × 法人或其他组织 > 社会公益组织 / not available: not held: public-benefit organisations; requests
  requests_unavailable_not_held_legal ANY, -- 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息 × 法人或其他组织 > 法律服务机构 / not available: not held: legal service bodies; requests
  requests_unavailable_not_held_other ANY, -- 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息 × 法人或其他组织 > 其他 / not available: not held: other organisations; requests
  requests_unavailable_not_held_total ANY, -- 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息 × 总计 / not available: not held: total; requests
  requests_unavailable_not_made_natural ANY, -- 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作 × 自然人 / not available: would have to be made: natural persons; requests
  requests_unavailable_not_made_business ANY, -- 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作 × 法人或其他组织 > 商业企业 / not available: would have to be made: commercial enterprises; requests
  requests_unavailable_not_made_research ANY, -- 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作 × 法人或其他组织 > 科研机构 / not available: would have to be made: research institutions; requests
  requests_unavailable_not_made_nonprofit ANY, -- 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作 × 法人或其他组织 > 社会公益组织 / not available: would have to be made: public-benefit organisations; requests
  requests_unavailable_not_made_legal ANY, -- 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作 × 法人或其他组织 > 法律服务机构 / not available: would have to be made: legal service bodies; requests
  requests_unavailable_not_made_other ANY, -- 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作 × 法人或其他组织 > 其他 / not available: would have to be made: other organisations; requests
  requests_unavailable_not_made_total ANY, -- 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作 × 总计 / not available: would have to be made: total; requests
  requests_unavailable_unclear_natural ANY, -- 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确 × 自然人 / not available: request still unclear after correction: natural persons; requests
  requests_unavailable_unclear_business ANY, -- 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确 × 法人或其他组织 > 商业企业 / not available: request still unclear after correction: commercial enterprises; requests
  requests_unavailable_unclear_research ANY, -- 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确 × 法人或其他组织 > 科研机构 / not available: request still unclear after correction: research institutions; requests
  requests_unavailable_unclear_nonprofit ANY, -- 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确 × 法人或其他组织 > 社会公益组织 / not available: request still unclear after correction: public-benefit organisations; requests
  requests_unavailable_unclear_legal ANY, -- 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确 × 法人或其他组织 > 法律服务机构 / not available: request still unclear after correction: legal service bodies; requests
  requests_unavailable_unclear_other ANY, -- 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确 × 法人或其他组织 > 其他 / not available: request still unclear after correction: other organisations; requests
  requests_unavailable_unclear_total ANY, -- 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确 × 总计 / not available: request still unclear after correction: total; requests
  requests_unprocessed_petition_natural ANY, -- 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请 × 自然人 / not processed: petition or complaint: natural persons; requests
  requests_unprocessed_petition_business ANY, -- 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请 × 法人或其他组织 > 商业企业 / not processed: petition or complaint: commercial enterprises; requests
  requests_unprocessed_petition_research ANY, -- 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请 × 法人或其他组织 > 科研机构 / not processed: petition or complaint: research institutions; requests
  requests_unprocessed_petition_nonprofit ANY, -- 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请 × 法人或其他组织 > 社会公益组织 / not processed: petition or complaint: public-benefit organisations; requests
  requests_unprocessed_petition_legal ANY, -- 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请 × 法人或其他组织 > 法律服务机构 / not processed: petition or complaint: legal service bodies; requests
  requests_unprocessed_petition_other ANY, -- 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请 × 法人或其他组织 > 其他 / not processed: petition or complaint: other organisations; requests
  requests_unprocessed_petition_total ANY, -- 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请 × 总计 / not processed: petition or complaint: total; requests
  requests_unprocessed_repeat_natural ANY, -- 三、本年度办理结果 > （五）不予处理 > 2.重复申请 × 自然人 / not processed: repeated request: natural persons; requests
  requests_unprocessed_repeat_business ANY, -- 三、本年度办理结果 > （五）不予处理 > 2.重复申请 × 法人或其他组织 > 商业企业 / not processed: repeated request: commercial enterprises; requests
  requests_unprocessed_repeat_research ANY, -- 三、本年度办理结果 > （五）不予处理 > 2.重复申请 × 法人或其他组织 > 科研机构 / not processed: repeated request: research institutions; requests
  requests_unprocessed_repeat_nonprofit ANY, -- 三、本年度办理结果 > （五）不予处理 > 2.重复申请 × 法人或其他组织 > 社会公益组织 / not processed: repeated request: public-benefit organisations; requests
  requests_unprocessed_repeat_legal ANY, -- 三、本年度办理结果 > （五）不予处理 > 2.重复申请 × 法人或其他组织 > 法律服务机构 / not processed: repeated request: legal service bodies; requests
  requests_unprocessed_repeat_other ANY, -- 三、本年度办理结果 > （五）不予处理 > 2.重复申请 × 法人或其他组织 > 其他 / not processed: repeated request: other organisations; requests
  requests_unprocessed_repeat_total ANY, -- 三、本年度办理结果 > （五）不予处理 > 2.重复申请 × 总计 / not processed: repeated request: total; requests
  requests_unprocessed_publication_natural ANY, -- 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物 × 自然人 / not processed: asks for published works: natural persons; requests
  requests_unprocessed_publication_business ANY, -- 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物 × 法人或其他组织 > 商业企业 / not processed: asks for published works: commercial enterprises; requests
  requests_unprocessed_publication_research ANY, -- 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物 × 法人或其他组织 > 科研机构 / not processed: asks for published works: research institutions; requests
  requests_unprocessed_publication_nonprofit ANY, -- 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物 × 法人或其他组织 > 社会公益组织 / not processed: asks for published works: public-benefit organisations; requests
  requests_unprocessed_publication_legal ANY, -- 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物 × 法人或其他组织 > 法律服务机构 / not processed: asks for published works: legal service bodies; requests
  requests_unprocessed_publication_other ANY, -- 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物 × 法人或其他组织 > 其他 / not processed: asks for published works: other organisations; requests
  requests_unprocessed_publication_total ANY, -- 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物 × 总计 / not processed: asks for published works: total; requests
  requests_unprocessed_excessive_natural ANY, -- 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请 × 自然人 / not processed: excessive requests without reason: natural persons; requests
  requests_unprocessed_excessive_business ANY, -- 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请 × 法人或其他组织 > 商业企业 / not processed: excessive requests without reason: commercial enterprises; requests
  requests_unprocessed_excessive_research ANY, -- 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请 × 法人或其他组织 > 科研机构 / not processed: excessive requests without reason: research institutions; requests
  requests_unprocessed_excessive_nonprofit ANY, -- 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请 × 法人或其他组织 > 社会公益组织 / not processed: excessive requests without reason: public-benefit organisations; requests
  requests_unprocessed_excessive_legal ANY, -- 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请 × 法人或其他组织 > 法律服务机构 / not processed: excessive requests without reason: legal service bodies; requests
  requests_unprocessed_excessive_other ANY, -- 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请 × 法人或其他组织 > 其他 / not processed: excessive requests without reason: other organisations; requests
  requests_unprocessed_excessive_total ANY, -- 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请 × 总计 / not processed: excessive requests without reason: total; requests
  requests_unprocessed_reconfirm_natural ANY, -- 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息 × 自然人 / not processed: asks to confirm or re-issue: natural persons; requests
  requests_unprocessed_reconfirm_business ANY, -- 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息 × 法人或其他组织 > 商业企业 / not processed: asks to confirm or re-issue: commercial enterprises; requests
  requests_unprocessed_reconfirm_research ANY, -- 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息 × 法人或其他组织 > 科研机构 / not processed: asks to confirm or re-issue: research institutions; requests
  requests_unprocessed_reconfirm_nonprofit ANY, -- 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息 × 法人或其他组织 > 社会公益组织 / not processed: asks to confirm or re-issue: public-benefit organisations; requests
  requests_unprocessed_reconfirm_legal ANY, -- 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息 × 法人或其他组织 > 法律服务机构 / not processed: asks to confirm or re-issue: legal service bodies; requests
  requests_unprocessed_reconfirm_other ANY, -- 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息 × 法人或其他组织 > 其他 / not processed: asks to confirm or re-issue: other organisations; requests
  requests_unprocessed_reconfirm_total ANY, -- 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息 × 总计 / not processed: asks to confirm or re-issue: total; requests
  requests_other_natural ANY, -- 三、本年度办理结果 > （六）其他处理 × 自然人 / otherwise handled: natural persons; requests
  requests_other_business ANY, -- 三、本年度办理结果 > （六）其他处理 × 法人或其他组织 > 商业企业 / otherwise handled: commercial enterprises; requests
  requests_other_research ANY, -- 三、本年度办理结果 > （六）其他处理 × 法人或其他组织 > 科研机构 / otherwise handled: research institutions; requests
  requests_other_nonprofit ANY, -- 三、本年度办理结果 > （六）其他处理 × 法人或其他组织 > 社会公益组织 / otherwise handled: public-benefit organisations; requests
  requests_other_legal ANY, -- 三、本年度办理结果 > （六）其他处理 × 法人或其他组织 > 法律服务机构 / otherwise handled: legal service bodies; requests
  requests_other_other ANY, -- 三、本年度办理结果 > （六）其他处理 × 法人或其他组织 > 其他 / otherwise handled: other organisations; requests
  requests_other_total ANY, -- 三、本年度办理结果 > （六）其他处理 × 总计 / otherwise handled: total; requests
  requests_concluded_natural ANY, -- 三、本年度办理结果 > （七）总计 × 自然人 / all results of the year: natural persons; requests
  requests_concluded_business ANY, -- 三、本年度办理结果 > （七）总计 × 法人或其他组织 > 商业企业 / all results of the year: commercial enterprises; requests
  requests_concluded_research ANY, -- 三、本年度办理结果 > （七）总计 × 法人或其他组织 > 科研机构 / all results of the year: research institutions; requests
  requests_concluded_nonprofit ANY, -- 三、本年度办理结果 > （七）总计 × 法人或其他组织 > 社会公益组织 / all results of the year: public-benefit organisations; requests
  requests_concluded_legal ANY, -- 三、本年度办理结果 > （七）总计 × 法人或其他组织 > 法律服务机构 / all results of the year: legal service bodies; requests
  requests_concluded_other ANY, -- 三、本年度办理结果 > （七）总计 × 法人或其他组织 > 其他 / all results of the year: other organisations; requests
  requests_concluded_total ANY, -- 三、本年度办理结果 > （七）总计 × 总计 / all results of the year: total; requests
  requests_carried_out_natural ANY, -- 四、结转下年度继续办理 × 自然人 / carried over to next year: natural persons; requests
  requests_carried_out_business ANY, -- 四、结转下年度继续办理 × 法人或其他组织 > 商业企业 / carried over to next year: commercial enterprises; requests
  requests_carried_out_research ANY, -- 四、结转下年度继续办理 × 法人或其他组织 > 科研机构 / carried over to next year: research institutions; requests
  requests_carried_out_nonprofit ANY, -- 四、结转下年度继续办理 × 法人或其他组织 > 社会公益组织 / carried over to next year: public-benefit organisations; requests
  requests_carried_out_legal ANY, -- 四、结转下年度继续办理 × 法人或其他组织 > 法律服务机构 / carried over to next year: legal service bodies; requests
  requests_carried_out_other ANY, -- 四、结转下年度继续办理 × 法人或其他组织 > 其他 / carried over to next year: other organisations; requests
  requests_carried_out_total ANY, -- 四、结转下年度继续办理 × 总计 / carried over to next year: total; requests
  disputes_reconsideration_upheld ANY, -- 行政复议 > 结果维持 / administrative reconsideration: upheld; cases
  disputes_reconsideration_corrected ANY, -- 行政复议 > 结果纠正 / administrative reconsideration: corrected; cases
  disputes_reconsideration_other ANY, -- 行政复议 > 其他结果 / administrative reconsideration: other result; cases
  disputes_reconsideration_pending ANY, -- 行政复议 > 尚未审结 / administrative reconsideration: not yet closed; cases
  disputes_reconsideration_total ANY, -- 行政复议 > 总计 / administrative reconsideration: total; cases
  disputes_litigation_upheld ANY, -- 行政诉讼 > 未经复议直接起诉 > 结果维持 / litigation without reconsideration: upheld; cases
  disputes_litigation_corrected ANY, -- 行政诉讼 > 未经复议直接起诉 > 结果纠正 / litigation without reconsideration: corrected; cases
  disputes_litigation_other ANY, -- 行政诉讼 > 未经复议直接起诉 > 其他结果 / litigation without reconsideration: other result; cases
  disputes_litigation_pending ANY, -- 行政诉讼 > 未经复议直接起诉 > 尚未审结 / litigation without reconsideration: not yet closed; cases
  disputes_litigation_total ANY, -- 行政诉讼 > 未经复议直接起诉 > 总计 / litigation without reconsideration: total; cases
  disputes_litigation_after_upheld ANY, -- 行政诉讼 > 复议后起诉 > 结果维持 / litigation after reconsideration: upheld; cases
  disputes_litigation_after_corrected ANY, -- 行政诉讼 > 复议后起诉 > 结果纠正 / litigation after reconsideration: corrected; cases
  disputes_litigation_after_other ANY, -- 行政诉讼 > 复议后起诉 > 其他结果 / litigation after reconsideration: other result; cases
  disputes_litigation_after_pending ANY, -- 行政诉讼 > 复议后起诉 > 尚未审结 / litigation after reconsideration: not yet closed; cases
  disputes_litigation_after_total ANY, -- 行政诉讼 > 复议后起诉 > 总计 / litigation after reconsideration: total; cases
  disclosure_regulations_issued ANY, -- 第二十条第（一）项 > 规章 > 本年制发件数 / rules: issued in the year; documents
  disclosure_regulations_repealed ANY, -- 第二十条第（一）项 > 规章 > 本年废止件数 / rules: repealed in the year; documents
  disclosure_regulations_in_force ANY, -- 第二十条第（一）项 > 规章 > 现行有效件数 / rules: in force at the end of the year; documents
  disclosure_normative_issued ANY, -- 第二十条第（一）项 > 行政规范性文件 > 本年制发件数 / administrative normative documents: issued in the year; documents
  disclosure_normative_repealed ANY, -- 第二十条第（一）项 > 行政规范性文件 > 本年废止件数 / administrative normative documents: repealed in the year; documents
  disclosure_normative_in_force ANY, -- 第二十条第（一）项 > 行政规范性文件 > 现行有效件数 / administrative normative documents: in force at the end of the year; documents
  disclosure_fees_amount ANY, -- 第二十条第（八）项 > 行政事业性收费 > 本年收费金额（单位：万元） / administrative fees: fees charged in the year; CNY
  requests_other_uncorrected_natural ANY, -- 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 × 自然人 / otherwise handled: not corrected in time: natural persons; requests
  requests_other_uncorrected_business ANY, -- 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 商业企业 / otherwise handled: not corrected in time: commercial enterprises; requests
  requests_other_uncorrected_research ANY, -- 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 科研机构 / otherwise handled: not corrected in time: research institutions; requests
  requests_other_uncorrected_nonprofit ANY, -- 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 社会公益组织 / otherwise handled: not corrected in time: public-benefit organisations; requests
  requests_other_uncorrected_legal ANY, -- 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 法律服务机构 / otherwise handled: not corrected in time: legal service bodies; requests
  requests_other_uncorrected_other ANY, -- 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 其他 / otherwise handled: not corrected in time: other organisations; requests
  requests_other_uncorrected_total ANY, -- 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 × 总计 / otherwise handled: not corrected in time: total; requests
  requests_other_unpaid_natural ANY, -- 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 × 自然人 / otherwise handled: fee not paid in time: natural persons; requests
  requests_other_unpaid_business ANY, -- 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 商业企业 / otherwise handled: fee not paid in time: commercial enterprises; requests
  requests_other_unpaid_research ANY, -- 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 科研机构 / otherwise handled: fee not paid in time: research institutions; requests
  requests_other_unpaid_nonprofit ANY, -- 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 社会公益组织 / otherwise handled: fee not paid in time: public-benefit organisations; requests
  requests_other_unpaid_legal ANY, -- 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 法律服务机构 / otherwise handled: fee not paid in time: legal service bodies; requests
  requests_other_unpaid_other ANY, -- 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 × 法人或其他组织 > 其他 / otherwise handled: fee not paid in time: other organisations; requests
  requests_other_unpaid_total ANY, -- 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 × 总计 / otherwise handled: fee not paid in time: total; requests
  requests_other_misc_natural ANY, -- 三、本年度办理结果 > （六）其他处理 > 3.其他 × 自然人 / otherwise handled: other: natural persons; requests
  requests_other_misc_business ANY, -- 三、本年度办理结果 > （六）其他处理 > 3.其他 × 法人或其他组织 > 商业企业 / otherwise handled: other: commercial enterprises; requests
  requests_other_misc_research ANY, -- 三、本年度办理结果 > （六）其他处理 > 3.其他 × 法人或其他组织 > 科研机构 / otherwise handled: other: research institutions; requests
  requests_other_misc_nonprofit ANY, -- 三、本年度办理结果 > （六）其他处理 > 3.其他 × 法人或其他组织 > 社会公益组织 / otherwise handled: other: public-benefit organisations; requests
  requests_other_misc_legal ANY, -- 三、本年度办理结果 > （六）其他处理 > 3.其他 × 法人或其他组织 > 法律服务机构 / otherwise handled: other: legal service bodies; requests
  requests_other_misc_other ANY, -- 三、本年度办理结果 > （六）其他处理 > 3.其他 × 法人或其他组织 > 其他 / otherwise handled: other: other organisations; requests
  requests_other_misc_total ANY -- 三、本年度办理结果 > （六）其他处理 > 3.其他 × 总计 / otherwise handled: other: total; requests
) STRICT;

-- For versions, and to find the reports of an office.
CREATE INDEX reports_by_office ON reports (office, year, published, sha256);

CREATE TABLE form_figures (
  -- Every figure of any form.
  number INTEGER PRIMARY KEY,     -- joins packed_cells
  figure TEXT NOT NULL UNIQUE,    -- section.row.column
  column_name TEXT NOT NULL,      -- its column in reports
  unit TEXT NOT NULL,             -- the unit of its values
  label TEXT NOT NULL,            -- in the newest form that has it
  en TEXT NOT NULL
) STRICT;

CREATE TABLE labels (
  -- The label of each figure in each form that has it.
  figure TEXT NOT NULL,
  form TEXT NOT NULL,
  position INTEGER NOT NULL,      -- the figure's place in the form, from 1
  label TEXT NOT NULL,
  en TEXT NOT NULL,
  PRIMARY KEY (figure, form)
) STRICT, WITHOUT ROWID;

CREATE TABLE packed_cells (
  -- The view cells without what repeats. It spells out what NULL stands for.
  document INTEGER NOT NULL,
  figure INTEGER NOT NULL,
  value ANY,
  state INTEGER,                  -- NULL: there is a value, so it is a number
  place INTEGER,                  -- tbl, row and col in 12 bits each; or below 0: line, and col in 20 bits
  PRIMARY KEY (document, figure)
) STRICT, WITHOUT ROWID;

CREATE TABLE packed_details (
  -- What only some cells have.
  document INTEGER NOT NULL,
  figure INTEGER NOT NULL,
  raw TEXT,                       -- NULL: the value as it is written; '/' if not applicable; nothing else
  unit TEXT,                      -- NULL: the figure's own
  printed_unit TEXT,
  unit_from TEXT,
  note_zh TEXT,
  note_en TEXT,
  page INTEGER,                   -- these five when the place does not fit into one number
  line INTEGER,
  tbl INTEGER,
  row INTEGER,
  col INTEGER,
  file INTEGER,
  box TEXT,
  source TEXT,
  confidence INTEGER,
  PRIMARY KEY (document, figure)
) STRICT, WITHOUT ROWID;

CREATE TABLE rules (
  -- Every rule that has said something, with the figures it looks at.
  number INTEGER PRIMARY KEY,     -- joins packed_findings
  rule TEXT NOT NULL UNIQUE,
  figures TEXT NOT NULL           -- ids joined by ';', left side first
) STRICT;

CREATE TABLE packed_findings (
  -- The view findings without what repeats: figures NULL are those of the rule.
  document INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  status INTEGER NOT NULL,
  left_value ANY,
  right_value ANY,
  difference ANY,
  figures TEXT,
  message_zh TEXT,
  message_en TEXT,
  PRIMARY KEY (document, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE packed_sections (
  -- The view sections.
  document INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE VIEW cells AS
  -- One row for each figure of each report: its state, its value, the text that
  -- is printed, and the place where it stands. value is NULL unless the state is
  -- number. The parts of the place count from 1; NULL means the medium has none.
  -- In a workbook page is the sheet, row and col are the cell's address.
  SELECT d.sha256, f.figure,
    CASE coalesce(c.state, 4) WHEN 0 THEN 'absent' WHEN 1 THEN 'blank' WHEN 2 THEN 'not_applicable' WHEN 3 THEN 'unreadable' WHEN 4 THEN 'number' END AS state,
    c.value,
    coalesce(e.unit, f.unit) AS unit,               -- of value
    coalesce(e.printed_unit, '') AS printed_unit,   -- that the page prints, '万元'
    coalesce(e.unit_from, '') AS unit_from,         -- where it stands: cell, header or form
    coalesce(e.raw, c.value || '', CASE c.state WHEN 2 THEN '/' ELSE '' END) AS raw, -- the printed text of the cell
    coalesce(e.note_zh, '') AS note_zh,             -- what is odd, and why a cell was refused
    coalesce(e.note_en, '') AS note_en,
    e.page,
    coalesce(e.line, CASE WHEN c.place < 0 THEN -c.place >> 20 END) AS line,
    coalesce(e.tbl, CASE WHEN c.place > 0 THEN nullif(c.place >> 24, 0) END) AS tbl,
    coalesce(e.row, CASE WHEN c.place > 0 THEN nullif(c.place >> 12 & 4095, 0) END) AS row,
    coalesce(e.col, nullif(CASE WHEN c.place < 0 THEN -c.place & 1048575 ELSE c.place & 4095 END, 0)) AS col,
    e.file,                                         -- number of the attached document; NULL: the document itself
    e.box,                                          -- where it is printed: 'left,top,right,bottom' in points (PDF) or pixels (picture)
    coalesce(e.source, '') AS source,               -- 'ocr' if optical recognition saw it in a picture
    e.confidence                                    -- how sure it was, in percent
  FROM packed_cells c
  JOIN documents d ON d.number = c.document
  JOIN form_figures f ON f.number = c.figure
  LEFT JOIN packed_details e ON e.document = c.document AND e.figure = c.figure;

CREATE VIEW findings AS
  -- One row for each rule that was held against a report. A rule passes or fails
  -- only when every figure it needs is a number.
  SELECT d.sha256, r.rule,
    CASE f.status WHEN 0 THEN 'pass' WHEN 1 THEN 'fail' WHEN 2 THEN 'not_assessable' END AS status,
    f.left_value, f.right_value, f.difference,
    coalesce(f.figures, r.figures) AS figures,      -- ids joined by ';', left side first
    coalesce(f.message_zh, '') AS message_zh,
    coalesce(f.message_en, '') AS message_en
  FROM packed_findings f
  JOIN documents d ON d.number = f.document
  JOIN rules r ON r.number = f.rule;

CREATE VIEW sections AS
  -- The parts of each report in the order of the page, from position 1. The id is
  -- empty for what stands before the first heading.
  SELECT d.sha256, s.position, s.id, s.title, s.text
  FROM packed_sections s JOIN documents d ON d.number = s.document;

CREATE VIEW versions AS
  -- An office may publish the report of a year again. Versions are numbered by
  -- the printed date, then the hash: the order of arrival plays no part. Without
  -- an office or a year nothing can be compared, and each report stands alone.
  SELECT sha256, office, year, published,
    row_number() OVER again AS version,
    lead(sha256) OVER again IS NULL AS latest
  FROM reports
  WINDOW again AS (
    PARTITION BY office, year, CASE WHEN office = '' OR year = 0 THEN sha256 END
    ORDER BY published, sha256);

CREATE VIEW latest_reports AS
  -- The reports table, of each office and year the latest version only.
  SELECT r.* FROM reports r JOIN versions v ON v.sha256 = r.sha256 WHERE v.latest;

CREATE VIEW figures AS
  -- The long form of the dataset: one row for each figure of each report.
  SELECT v.office, v.year, v.version, v.latest, c.sha256, c.figure, f.label, f.en,
    c.state, c.value, c.unit, c.printed_unit, c.unit_from, c.raw, c.note_zh, c.note_en,
    c.page, c.line, c.tbl, c.row, c.col, c.file, c.box, c.source, c.confidence
  FROM cells c
  JOIN versions v ON v.sha256 = c.sha256
  JOIN form_figures f ON f.figure = c.figure;

INSERT INTO meta (key, value) VALUES ('schema', '2')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

PRAGMA user_version = 2;
