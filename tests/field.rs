//! Kinds of pages over which users of corpus tools stumble: pages that lie about their encoding, answers packed in every
//! way, one frame around different texts, sentences that look like credits, markup in the text, languages of all scripts.

use crate::formats::{archived, encoded, gzip, zstd};
use crate::support::{Folder, Output, detect, lines, members, string, tonggao};
use serde_json::{Value, json};
use std::io::Write;

const ARTICLE: &str = "湖边的气象站昨天换了新的雨量筒，旧的那只用了二十六年。守站的老许说，旧筒的铜口被雨水磨得发亮，他舍不得扔，摆在窗台上种了葱。\n\
    新雨量筒每五分钟报一次数，县里的屏幕上立刻能看见。老许仍旧每天早晚各量一遍，把数字写在本子上，他说机器会停电，本子不会。\n\
    站后面的坡上有四棵梨树，是第一任守站人栽的。今年结的梨不多，老许摘了两筐，分给上山修路的工人。";

/// The sizes of the sets, the largest first.
fn sizes(output: &Output) -> Vec<usize> {
    output.records("clusters.jsonl").iter().map(|cluster| members(cluster).len()).collect()
}

fn found(pages: &[Value]) -> Output {
    let folder = Folder::new().with("in.jsonl", lines(pages));
    Output::of(&folder.path("in.jsonl"), &["--only", "clusters"])
}

/// A saved page with menus around the article. `head` is what it says of its encoding.
fn saved(head: &str) -> String {
    let paragraphs: String = ARTICLE.lines().map(|line| format!("<p>{line}</p>\n")).collect();
    let menu = "<li><a href=\"/a\">要闻</a></li><li><a href=\"/b\">本地</a></li>".repeat(4);
    format!(
        "<html><head>{head}<title>雨量筒换新</title></head><body><ul>{menu}</ul><h1>雨量筒换新</h1>\n\
         <div class=\"content\">{paragraphs}</div></body></html>"
    )
}

#[test]
#[cfg(feature = "html")]
fn a_page_is_decoded_as_its_bytes_say_whatever_it_declares() {
    let declared = |charset: &str| saved(&format!("<meta charset=\"{charset}\">"));
    let gbk = |text: &str| encoded(text, encoding_rs::GB18030);
    let mut damaged = gbk(&declared("gbk"));
    let at = damaged.windows(2).position(|two| two == [0xD3, 0xEA]).unwrap();
    damaged[at] = 0xFF;
    let late = format!("<script>{}</script>", "var a = 0;\n".repeat(1500));
    let folder = Folder::new()
        .with("in/utf8-says-gbk.html", declared("gb2312"))
        .with("in/gbk-says-utf8.html", gbk(&declared("utf-8")))
        .with("in/gbk-says-latin.html", gbk(&declared("iso-8859-1")))
        .with("in/gbk-says-nothing.html", gbk(&saved(&late)))
        .with("in/gbk-damaged.html", damaged);
    let output = Output::of(&folder.path("in"), &["--only", "clusters"]);
    assert_eq!(sizes(&output), [5], "{:?}", output.records("documents.jsonl"));
}

#[test]
#[cfg(feature = "html")]
fn answers_of_servers_are_one_page_however_they_are_packed() {
    let page = saved("<meta charset=\"utf-8\">");
    let body = page.as_bytes();
    let zlib = {
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(body).unwrap();
        packed.finish().unwrap()
    };
    let bare = {
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(body).unwrap();
        packed.finish().unwrap()
    };
    let chunks = |bytes: &[u8]| {
        let parts = bytes.chunks(300).map(|part| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat());
        [parts.collect::<Vec<_>>().concat(), b"0\r\n\r\n".to_vec()].concat()
    };
    let answers: Vec<(&str, Vec<u8>)> = vec![
        ("", body.to_vec()),
        ("Content-Encoding: gzip\r\n", gzip(body)),
        ("Content-Encoding: gzip, gzip\r\n", gzip(gzip(body))),
        ("Content-Encoding: deflate\r\n", zlib),
        ("Content-Encoding: deflate\r\n", bare),
        ("Content-Encoding: zstd\r\n", zstd(body)),
        ("Transfer-Encoding: chunked\r\n", chunks(body)),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunks(&gzip(body))),
        // What was unpacked when it was archived, with the headers left as they were.
        ("Content-Encoding: gzip\r\n", body.to_vec()),
        ("Transfer-Encoding: chunked\r\n", body.to_vec()),
    ];
    let record = |(at, (headers, bytes)): (usize, &(&str, Vec<u8>))| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n");
        let url = format!("http://{at}.example/1");
        archived("response", &url, "application/http; msgtype=response", &[head.as_bytes(), bytes].concat())
    };
    let mut archive: Vec<u8> = answers.iter().enumerate().flat_map(record).collect();
    // Packed in a way that nobody reads any more.
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: sdch\r\n\r\n";
    let noise: Vec<u8> = (0..900u64).map(|at| xxhash_rust::xxh3::xxh3_64(&at.to_le_bytes()) as u8).collect();
    let unknown = [&head[..], &noise].concat();
    archive.extend(archived("response", "http://x.example/", "application/http; msgtype=response", &unknown));
    archive.extend(archived(
        "revisit",
        "http://y.example/",
        "application/http; msgtype=response",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ));
    let folder = Folder::new().with("in.warc", &archive).with("in.warc.gz", gzip(&archive));
    for name in ["in.warc", "in.warc.gz"] {
        let output = Output::of(&folder.path(name), &["--only", "clusters"]);
        assert_eq!((output.ids().len(), sizes(&output)), (answers.len(), vec![answers.len()]), "{name}");
        assert!(output.run().to_string().contains("sdch"), "{name}: {}", output.run());
    }
}

#[test]
fn one_frame_around_different_texts_makes_no_reprints() {
    let opening = "听众朋友好，这里是河口电台的《问一问》，每天中午十二点，我们替您打一个电话，问一件您想知道的事。\
        今天的电话由本台主持人拨打，全程录音，未经剪辑，欢迎您把想问的事写在明信片上寄给我们。";
    let closing = "今天的《问一问》就到这里，明信片请寄河口电台信箱，邮编写在节目单背面。感谢您的收听，明天中午十二点再见，\
        我们会继续替您把电话打到底，直到有人接为止。";
    let answers = [
        "渡轮公司说末班船改到九点半，因为十月起下游清淤，船要绕行浮标，多走一刻钟。\
        船长另外提醒，绕行的时候浪大，抱小孩的请坐在中舱，自行车放在船尾的铁架上，铁架今年新焊过，能放十二辆。末班船的票仍是两块，学生减半。",
        "菜场管理员答，电子秤每月校一次，校秤的人上周三来过，贴了蓝色的签。\
        他顺便说起鱼摊的地面，十一月要重做，往排水沟那边倾一寸，做好以后穿布鞋也能走。做的那四天鱼摊挪到东门外的棚子里，水管已经接好。",
        "图书馆的回答是，暑假延长到晚上九点的做法不会取消，只是周一照旧闭馆。\
        馆长还说儿童室的窗户装了纱窗，下雨也能开着，孩子们的书包可以挂在走廊的木钉上，木钉一共八十个。借书的袋子请自己带，纸袋不再发了。",
        "水厂值班员说浑水是因为换管，放一桶就清，换管的街道贴了白纸告示。\
        值班员记下了打电话来的九户人家，说下午派人逐户去看水表，看表的人穿灰色背心，带工作牌。换下来的旧管子堆在码头，月底前运走。",
        "游泳池请的救生员有六位，深水区两位，其余的轮班，名单挂在入口右手边。\
        池边的时钟上周停过，已经换了电池，更衣柜的钥匙改用橡皮圈，掉在水里会浮起来。周二上午留给学校上课，那时只开浅水区。",
        "邮局讲，寄往岛上的包裹遇大风停两天，第三天补送，单号可以打电话查。\
        邮局的人补充道，岛上的邮递员只有一位，骑三轮车，坡陡的两个村子要自己到小卖部去取。寄鲜货的请用泡沫箱，冰袋不要超过三个。",
        "学校回答说操场重铺用的是旧轮胎颗粒，检测报告放在门卫室，家长可以翻看。\
        学校请家长放心，跑道的气味半个月能散尽，这段时间体育课改在礼堂，打乒乓球，球台有七张。旧操场的沙子送给了幼儿园。",
        "公交公司称十一路绕开隧道是临时的，隧道里的灯坏了三十七盏，等配件。\
        公司答应在绕行的三个路口各立一块牌子，写清楚首末班的时间，牌子是木头的，字用白漆。老人可以在粮店门口上车，司机会等。",
    ];
    let pages: Vec<Value> = answers
        .iter()
        .enumerate()
        .map(|(at, answer)| json!({"id": at.to_string(), "text": format!("{opening}\n{answer}\n{closing}")}))
        .collect();
    assert_eq!(sizes(&found(&pages)), Vec::<usize>::new());
    let folder = Folder::new().with("in.jsonl", lines(&pages));
    tonggao(&["dedup"]).path(&folder.path("in.jsonl")).words(&["-o"]).path(&folder.path("kept")).ends_with(0);
    assert_eq!(Output::read(&folder.path("kept")).text("in.jsonl").lines().count(), pages.len());
}

#[test]
fn a_sentence_with_by_is_no_credit_and_what_follows_is_text() {
    let sentences = [
        "The harbour board wants the old crane painted before the herring fair.",
        "Repairs were paid for by the fishermen's own fund.",
        "A second coat, ordered by mail from the chandler in Skerry, arrived late.",
        "The paint dries in a day, or by Friday if it rains.",
        "Half of the money will be raised by 2031.",
        "Children were led across the quay by Ellen Marsh and two of her sisters.",
        "The band that plays at the fair was founded by Tom Healy.",
        "Nobody remembers who put the crane there, though the board looked through its ledgers for a week.",
        "The oldest entry is a bill for rope.",
    ];
    let whole = sentences.join("\n");
    let tail = sentences[4..].join("\n");
    let folder = Folder::new()
        .with("in.jsonl", lines(&[json!({"id": "whole", "text": whole}), json!({"id": "tail", "text": tail})]));
    let extract = folder.path("read.jsonl");
    tonggao(&["extract"]).path(&folder.path("in.jsonl")).words(&["-o"]).path(&extract).ends_with(0);
    let read: Vec<Value> =
        std::fs::read_to_string(&extract).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(string(&read[0]["text"]), whole);
    assert_eq!(read[0]["boilerplate"], json!([]), "{}", read[0]);
    detect(&folder.path("in.jsonl"), &folder.path("out"), &["--only", "clusters"]).ends_with(0);
    let matches = Output::read(&folder.path("out")).records("matches.jsonl");
    assert_eq!(matches.len(), 1);
    let containment = ["containment_a", "containment_b"].map(|side| matches[0][side].as_f64().unwrap());
    assert_eq!(containment.into_iter().fold(0.0, f64::max), 1.0, "{}", matches[0]);
}

#[test]
fn markup_in_the_text_is_no_part_of_it() {
    let tagged: String = ARTICLE.lines().map(|line| format!("<p style=\"margin:0\">{line}</p>")).collect();
    let script = "<script>var place = 'top'; load(place);</script><style>p { color: red }</style>";
    let escaped = format!("{script}{tagged}").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let forms = [
        ARTICLE.to_owned(),
        format!("{script}{tagged}"),
        ARTICLE.replace('\n', "<br/>&nbsp;&nbsp;"),
        escaped,
        ARTICLE.lines().map(|line| format!("**　**{line}\n\n")).collect(),
    ];
    let pages: Vec<Value> =
        forms.iter().enumerate().map(|(at, text)| json!({"id": at.to_string(), "text": text})).collect();
    let output = found(&pages);
    assert_eq!(sizes(&output), [forms.len()]);
    for pair in output.records("matches.jsonl") {
        let least = ["containment_a", "containment_b"].map(|side| pair[side].as_f64().unwrap());
        assert!(least.iter().all(|share| *share > 0.9), "{pair}");
    }
}

#[test]
fn parts_of_a_text_are_found_in_every_script() {
    let texts = [
        (
            "ja",
            "港の古い灯台が昨日から改修に入った。作業員は朝五時に集まり、まず錆びた手すりを外した。町の人は遠くから眺めながら、完成は来年の春になるらしいと話していた。灯台守の孫にあたる女性は、祖父の日誌を展示してほしいと町役場に頼んだという。日誌には嵐の夜に船を三隻導いた話が残っている。役場は検討すると答えた。",
        ),
        (
            "ko",
            "강가의 낡은 방앗간이 어제 다시 문을 열었다. 주인은 물레바퀴를 고치는 데 두 해가 걸렸다고 말했다. 마을 아이들은 밀가루를 받으려고 그릇을 들고 줄을 섰다. 방앗간 뒤편에는 백 년 된 느티나무가 서 있다. 주인은 가을마다 그 아래에서 떡을 나누어 주겠다고 약속했다. 이웃 마을에서도 사람들이 구경하러 왔다.",
        ),
        (
            "ru",
            "Старая пристань у деревни вчера снова открылась после ремонта. Плотники меняли доски три месяца, а летом работали даже ночью. Первый паром отошёл в шесть утра и привёз молоко и почту. Смотритель повесил на столб медный колокол, который нашли в сарае. Дети звонили в него до самого вечера, пока не стемнело. Завтра придёт баржа с песком.",
        ),
        (
            "ar",
            "أعيد افتتاح السوق القديم في البلدة صباح أمس بعد عامين من الترميم. وقف الباعة أمام دكاكينهم يرشون الماء على الحجارة ويتبادلون التهاني. قال أحد النجارين إنه صنع الأبواب من خشب الزيتون كما كانت قبل مئة سنة. وجاء الأطفال يحملون الفوانيس الملونة حتى المساء. وسيقام فيه كل أسبوع مزاد للسجاد والنحاس.",
        ),
        (
            "el",
            "Το παλιό λιμάνι του χωριού άνοιξε ξανά χθες το πρωί μετά από εργασίες δύο ετών. Οι ψαράδες έδεσαν τις βάρκες τους στους νέους κρίκους και μοίρασαν καφέ στους περαστικούς. Ο φύλακας του φάρου θυμήθηκε τη νύχτα που χάθηκε το ρεύμα και άναψε φωτιά στον λόφο. Τα παιδιά μάζεψαν κοχύλια ως το βράδυ.",
        ),
    ];
    let mut pages = Vec::new();
    for (language, text) in texts {
        let characters: Vec<char> = text.chars().collect();
        let part = |range: std::ops::Range<usize>| characters[range].iter().collect::<String>();
        let all = characters.len();
        let parts = [("whole", part(0..all)), ("start", part(0..all * 2 / 3)), ("end", part(all / 4..all))];
        pages.extend(parts.map(|(which, text)| json!({"id": format!("{language}-{which}"), "text": text})));
    }
    let output = found(&pages);
    assert_eq!(sizes(&output), [3; 5]);
    for cluster in output.records("clusters.jsonl") {
        let languages: Vec<String> = members(&cluster).iter().map(|id| id[..2].to_owned()).collect();
        assert!(languages.windows(2).all(|two| two[0] == two[1]), "{languages:?}");
    }
}
