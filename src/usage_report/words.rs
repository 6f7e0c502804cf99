//! The words of a sheet, in Chinese and English.

use crate::origin::{CreditGiven, Relation};
use crate::types::Language;

/// What a sheet says.
pub(super) struct ReportWords {
    pub(super) tag: &'static str,
    pub(super) heading: &'static str,
    pub(super) note: &'static str,
    pub(super) own: SheetSection,
    pub(super) passed_on: SheetSection,
    pub(super) inside: SheetSection,
    pub(super) nothing: &'static str,
    pub(super) articles: &'static str,
    pub(super) pages: &'static str,
    pub(super) outlets: &'static str,
    pub(super) credits: &'static str,
    pub(super) our_page: &'static str,
    pub(super) no_page: &'static str,
    pub(super) probability: &'static str,
    pub(super) untitled: &'static str,
    pub(super) unknown: &'static str,
    pub(super) columns: Columns,
    pub(super) legend: &'static str,
    pub(super) version: &'static str,
    pub(super) config: &'static str,
    pub(super) input_hash: &'static str,
    given: &'static str,
    given_to_other: &'static str,
    withheld: &'static str,
    wrong: &'static str,
    relations: [&'static str; 6],
}

/// A part of a sheet.
pub(super) struct SheetSection {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
}

/// What is over the columns.
pub(super) struct Columns {
    pub(super) section: &'static str,
    pub(super) our_title: &'static str,
    pub(super) our_page: &'static str,
    pub(super) our_published: &'static str,
    pub(super) our_sha256: &'static str,
    pub(super) outlet: &'static str,
    pub(super) published: &'static str,
    pub(super) title: &'static str,
    pub(super) page: &'static str,
    pub(super) url: &'static str,
    pub(super) share: &'static str,
    pub(super) relation: &'static str,
    pub(super) parent_probability: &'static str,
    pub(super) credit: &'static str,
    pub(super) quote: &'static str,
    pub(super) remark: &'static str,
}

impl ReportWords {
    pub(super) fn of(language: Language) -> &'static ReportWords {
        match language {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }

    pub(super) fn relation(&self, relation: Relation) -> &'static str {
        self.relations[match relation {
            Relation::Original => 0,
            Relation::Verbatim => 1,
            Relation::Edited => 2,
            Relation::Shortened => 3,
            Relation::Expanded => 4,
            Relation::Compilation => 5,
        }]
    }

    /// Whether credit was given; `to_us` tells whether the words of the credit have the name of the outlet.
    pub(super) fn credit(&self, credit: CreditGiven, to_us: bool) -> &'static str {
        match credit {
            CreditGiven::Given if !to_us => self.given_to_other,
            CreditGiven::Given => self.given,
            CreditGiven::Withheld => self.withheld,
            CreditGiven::Wrong => self.wrong,
        }
    }
}

static CHINESE: ReportWords = ReportWords {
    tag: "zh-Hans",
    heading: "稿件使用清单",
    note: "首发来源由证据推断得出，并非事实认定。",
    own: SheetSection {
        name: "本媒体首发的稿件", about: "据推断首发于本媒体，其他媒体刊用的页面如下。"
    },
    passed_on: SheetSection {
        name: "经本媒体转出的稿件",
        about: "首发于他处或来源不明，但下列页面很可能抄自本媒体的页面。",
    },
    inside: SheetSection {
        name: "被收入更长文章的稿件", about: "本媒体的稿件几乎整篇出现在下列更长的文章里。"
    },
    nothing: "语料中没有发现其他媒体刊用本媒体的稿件。",
    articles: "篇稿件",
    pages: "个页面刊用",
    outlets: "家已知媒体",
    credits: "署名情况",
    our_page: "本媒体页面",
    no_page: "语料中没有本媒体的页面，无法计算刊用比例。",
    probability: "首发概率",
    untitled: "（无标题）",
    unknown: "不详",
    columns: Columns {
        section: "类别",
        our_title: "本媒体标题",
        our_page: "本媒体页面",
        our_published: "本媒体发布时间",
        our_sha256: "本媒体正文 SHA-256",
        outlet: "刊用媒体",
        published: "发布时间",
        title: "标题",
        page: "页面",
        url: "网址",
        share: "含我稿比例",
        relation: "改动",
        parent_probability: "抄自概率",
        credit: "署名",
        quote: "署名原文",
        remark: "说明",
    },
    legend: "含我稿比例：我方正文的字词片段在该页面中出现的比例。署名：“已注明”指写明首发媒体或其直接来源（所写不是本媒体时另\
             行标出），“未注明”指没有写任何来源，“注明他人”指写的是别家。时间按页面所写；只知道日期的只写日期。SHA-256 由页面原文计算。",
    version: "版本",
    config: "设置",
    input_hash: "输入校验值",
    given: "已注明",
    given_to_other: "已注明，但非本媒体",
    withheld: "未注明",
    wrong: "注明他人",
    relations: ["原文", "全文照登", "有改动", "删节", "增补", "综合稿"],
};

static ENGLISH: ReportWords = ReportWords {
    tag: "en",
    heading: "Use of our copy",
    note: "An origin is a guess from evidence, not a finding of fact.",
    own: SheetSection {
        name: "Articles that began with us",
        about: "The evidence points to us as their origin; these pages of others carry them.",
    },
    passed_on: SheetSection {
        name: "Articles passed on from us",
        about: "They began elsewhere, or nobody knows where; these pages were most likely copied from ours.",
    },
    inside: SheetSection {
        name: "Articles inside longer ones",
        about: "Nearly all of our article is inside these longer articles.",
    },
    nothing: "No page of another outlet that carries our copy was found in the corpus.",
    articles: "articles",
    pages: "pages that carry them",
    outlets: "known outlets",
    credits: "credit",
    our_page: "Our page",
    no_page: "We have no page of it in the corpus, so that no share can be measured.",
    probability: "probability that it began with us",
    untitled: "(no title)",
    unknown: "unknown",
    columns: Columns {
        section: "section",
        our_title: "our title",
        our_page: "our page",
        our_published: "our time",
        our_sha256: "SHA-256 of our text",
        outlet: "outlet",
        published: "time",
        title: "title",
        page: "page",
        url: "address",
        share: "share of our text",
        relation: "change",
        parent_probability: "probability of its parent",
        credit: "credit",
        quote: "words of the credit",
        remark: "remark",
    },
    legend: "Share of our text: how much of our article, in short runs of characters or words, is on the page. \
             Credit: given, when the page names the origin or the page it was most likely copied from (not to us, when \
             that is another name); withheld, when it names nobody; to somebody else, when it names another. Times are as the page has them; where only the \
             day is known, only the day is given. SHA-256 is of the page's text as read.",
    version: "version",
    config: "configuration",
    input_hash: "input hash",
    given: "given",
    given_to_other: "given, not to us",
    withheld: "withheld",
    wrong: "to somebody else",
    relations: ["original", "verbatim", "edited", "shortened", "expanded", "round-up"],
};
