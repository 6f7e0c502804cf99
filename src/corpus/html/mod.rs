//! What is the article on a saved web page, and what does the page state of it?
//!
//! A page is thinned (`thin.rs`), parsed, and read as lines (`lines.rs`); `main_text.rs` chooses the lines of the
//! article, `meta.rs` reads what the page tells machines. Rules are general: shares of links, marks of sentences,
//! words in use everywhere; none is of one site.

mod charset;
mod lines;
mod main_text;
mod meta;
mod thin;
mod words;

pub use charset::declared_charset;

use dom_query::Document;
use main_text::Chosen;

/// What a saved page holds. Absent and empty are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The headline.
    pub title: Option<String>,
    /// Headline, credit lines above the article, its paragraphs, credit lines below it: a line each. Empty for a page
    /// without text.
    pub text: String,
    /// The canonical address.
    pub url: Option<String>,
    /// The site, as the page names itself.
    pub outlet: Option<String>,
    /// The writer, as meta tags or JSON-LD name one.
    pub author: Option<String>,
    /// Where the text came from, as meta tags or JSON-LD name it.
    pub source: Option<String>,
    /// When it was published: as its credit lines print it, else as meta tags or JSON-LD do.
    pub published: Option<String>,
}

/// Reads a decoded page. Never fails: a page without an article gives its title and no text. Time and memory are
/// linear in its length and bounded: no more than 8 MB of markup without scripts and 100,000 elements are read.
pub fn extract(html: &str) -> Page {
    let thin = thin::thin(html);
    let document = Document::from(thin.markup.as_str());
    let meta = meta::meta(&document, &thin.json);
    let page = lines::lines(&document);
    let titles: Vec<String> = [&meta.headline, &meta.title].into_iter().flatten().cloned().collect();
    let chosen = main_text::choose(&page, document, &titles);
    let text = |at: &usize| page.lines[*at].text.as_str();
    let title = chosen
        .headline
        .as_ref()
        .map(|at| without_mark(text(at), &titles).to_owned())
        .or(meta.headline)
        .or_else(|| meta.title.map(|title| without_site(&title)));
    let mut lines: Vec<&str> = Vec::new();
    let Chosen { head, body, tail, .. } = &chosen;
    if !body.is_empty() {
        lines.extend(title.as_deref());
    }
    lines.extend(head.iter().chain(body).chain(tail).map(text));
    // Dates are also printed as on a calendar, a part a line.
    let above = chosen.headline.map_or(0..0, |at| at + 1..chosen.start);
    let printed = above.map(|at| text(&at)).chain(head.iter().chain(tail).map(text)).collect::<Vec<_>>().join(" ");
    let year = meta
        .published
        .as_deref()
        .and_then(|time| time.get(..4))
        .filter(|year| year.bytes().all(|b| b.is_ascii_digit()));
    let published = words::first_time(&printed, year).or_else(|| meta.published.clone());
    let text = lines.join("\n");
    Page { title, text, url: meta.url, outlet: meta.outlet, author: meta.author, source: meta.source, published }
}

/// A headline without a mark that stands before what the page's head calls it: `原创`.
fn without_mark<'t>(headline: &'t str, titles: &[String]) -> &'t str {
    let at = titles.iter().find_map(|title| headline.find(title.as_str())).unwrap_or(0);
    if headline[..at].chars().count() <= 4 { &headline[at..] } else { headline }
}

/// A title without the site's name at its end: `题目_要闻_某网`, `题目 - 某网`.
fn without_site(title: &str) -> String {
    let cut = title.find(['_', '|']).or_else(|| title.find(" - ")).or_else(|| title.rfind(['-', '—']));
    match cut {
        Some(at) if title[..at].chars().count() >= 4 => title[..at].trim().to_owned(),
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAGRAPHS: [&str; 3] = [
        "霁州南门外的旧粮站上周改成了阅览室，靠窗的四十个座位从早到晚都有人。",
        "管理员说，书架用的是粮站原来的木仓板，刨掉一层旧漆，木纹就露了出来，客人都爱摸一摸。",
        "附近的小学放学以后，孩子们把书包往墙角一堆，各自找地方坐下，安静得能听见翻书的声音。",
    ];

    fn page(head: &str, body: &str) -> Page {
        extract(&format!("<html><head><title>旧粮站改成阅览室_霁州在线</title>{head}</head><body>{body}</body></html>"))
    }

    fn paragraphs(before: &str, after: &str) -> String {
        PARAGRAPHS.iter().map(|text| format!("{before}{text}{after}")).collect()
    }

    #[test]
    fn div_soup_with_menus_around() {
        let menu = "<li><a href=/a>要闻</a></li><li><a href=/b>本地</a></li>".repeat(9);
        let links = "<li><a href=/1>城东菜场搬了新家</a></li><li><a href=/2>河堤步道通到了柳湾</a></li>".repeat(4);
        let body = format!(
            "<ul class=menu>{menu}</ul><div class=w><h1>旧粮站改成阅览室</h1>\
             <div class=i><span class=t>2023-05-06 07:08</span><span class=s>来源：霁州晚报</span></div>\
             <div class=share>分享到：<a href=#>微博</a> <a href=#>微信</a></div>\
             <div class=c>{}<p>责任编辑：高文博</p></div>\
             <div class=r><h3>相关阅读</h3><ul>{links}</ul></div></div><div class=footer>版权所有 霁州在线</div>",
            paragraphs("<p>　　", "</p>\n")
        );
        let page = page("", &body);
        let want = ["旧粮站改成阅览室", "2023-05-06 07:08 来源：霁州晚报"];
        let lines: Vec<&str> = want.into_iter().chain(PARAGRAPHS).chain(["责任编辑：高文博"]).collect();
        assert_eq!(page.text.lines().collect::<Vec<_>>(), lines);
        assert_eq!(page.title.as_deref(), Some("旧粮站改成阅览室"));
        assert_eq!(page.published.as_deref(), Some("2023-05-06 07:08"));
    }

    #[test]
    fn tables_fonts_and_line_breaks() {
        let body = format!(
            "<table><tr><td><table><tr><td align=center><font size=4><b>旧粮站改成阅览室</b></font></td></tr>\
             <tr><td>霁州晚报 &nbsp; 2003年5月6日</td></tr><tr><td><font size=3>{}</font></td></tr></table></td>\
             <td><a href=1>要闻</a><br><a href=2>副刊</a></td></tr></table>",
            paragraphs("　　<font color=black>", "</font><br>\n")
        );
        let page = page("", &body);
        assert!(PARAGRAPHS.iter().all(|text| page.text.lines().any(|line| line == *text)), "{}", page.text);
        assert!(page.text.starts_with("旧粮站改成阅览室\n霁州晚报 2003年5月6日\n"), "{}", page.text);
        assert_eq!(page.published.as_deref(), Some("2003-05-06"));
        assert!(!page.text.contains("副刊"));
    }

    #[test]
    fn what_machines_are_told() {
        let head = r#"<link rel="canonical" href="https://n.example/1.html">
            <meta property="og:site_name" content="霁州在线"><meta name=author content="2041">
            <script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle",
            "headline":"旧粮站改成阅览室","datePublished":"2023-05-06T07:08:09+08:00",
            "author":[{"@type":"Person","name":"冯凯"},{"name":"蒋丽"}],"publisher":{"name":"别处"}}]}</script>"#;
        let page = page(head, &paragraphs("<p>", "</p>"));
        let fields = [&page.title, &page.url, &page.outlet, &page.author, &page.published];
        assert_eq!(
            fields.map(|field| field.as_deref().unwrap_or("-")),
            ["旧粮站改成阅览室", "https://n.example/1.html", "霁州在线", "冯凯、蒋丽", "2023-05-06T07:08:09+08:00"]
        );
    }

    #[test]
    fn a_short_article_is_not_its_comments() {
        let comment =
            "<div class=x><b>路人</b><p>说得真好，我家孩子也常去，就是周末人多，要早点占座，不然只能站着看。</p></div>";
        let article = PARAGRAPHS.repeat(2).iter().map(|text| format!("<p>{text}</p>")).collect::<String>();
        let body =
            format!("<h1>旧粮站改成阅览室</h1><div>{article}</div><h4>网友评论</h4><div>{}</div>", comment.repeat(20));
        let page = page("", &body);
        assert!(page.text.contains(PARAGRAPHS[2]) && !page.text.contains("占座"), "{}", page.text);
    }

    #[test]
    fn hostile_pages_end_soon() {
        let many = 300_000;
        let pages = [
            "<div>".repeat(many),
            "<a href=1><b><font color=1>".repeat(many / 3),
            "<table><tr><td>".repeat(many / 3),
            "<p".repeat(many),
            "<!--".repeat(many),
            "<svg><script>".repeat(many / 3),
            "<a title=\"".repeat(many / 3),
            "<x y='".repeat(many / 3),
            "&#x1F600;&amp;&nosuch;&#0;&#xFFFFFFFF;".repeat(many / 10),
            format!("<script>{}</script>", "x".repeat(8 << 20)),
            "</div></p></body></html>".repeat(many / 6),
            "<li>".repeat(many),
        ];
        for html in &pages {
            let start = std::time::Instant::now();
            extract(html);
            assert!(start.elapsed().as_secs() < 20, "{} took {:?}", &html[..12], start.elapsed());
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        for html in ["", " ", "<p>", "<!doctype html>", "<!--", "<a href=\"", "<html></html>", "<title></title>"] {
            assert_eq!(extract(html).text, "", "{html}");
        }
        let cut = page("", &paragraphs("<p>", ""));
        assert!(PARAGRAPHS.iter().all(|text| cut.text.contains(text)));
        assert_eq!(extract(PARAGRAPHS[0]).text, PARAGRAPHS[0]);
    }

    #[test]
    fn charsets_that_pages_declare() {
        for (html, want) in [
            ("<meta charset=\"GBK\">", Some("gbk")),
            ("<META http-equiv=Content-Type content='text/html; charset=gb2312'>", Some("gb2312")),
            ("<meta name=description content=x charset=big5/>", Some("big5")),
            ("<meta name=viewport content=width><meta charset=utf-8>", Some("utf-8")),
            ("<meta name=viewport content=width>", None),
            ("<metadata charset=gbk>", None),
            ("<meta charset", None),
            ("", None),
        ] {
            assert_eq!(declared_charset(html.as_bytes()).as_deref(), want, "{html}");
        }
    }
}
