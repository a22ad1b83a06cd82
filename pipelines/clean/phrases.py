"""The phrases of boilerplate lines, by rule and in many languages. Facts about the web's habits, no article's words.

Each rule is (name, longest line in characters, pattern that the line without its brackets and bullets begins with).
"""

from __future__ import annotations

import re

_END = r"\s*[.…:!>»›→|\])]*\s*$"


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


# "Read more: headline". The colon (or dash, bar) is part of the phrase: without one the words may begin a sentence.
_READ_MORE = _any(
    r"read (?:more|also|next|this(?: next| too| also)?|on|related|it here)", r"also read", r"see (?:also|more|related)", r"related(?: (?:article|articles|story|stories|post|posts|content|coverage|video|reading|link|links|news|topics?))?",
    r"more(?: (?:on|from|in|about) [^:]{2,40})?", r"don['’]?t miss", r"must[- ]read", r"recommended (?:reading|for you|videos?|stories)", r"you (?:may|might) (?:also )?(?:like|enjoy|be interested in)",
    r"further reading", r"watch(?: (?:also|more|this|now|live|video))?", r"listen(?: (?:also|more|now|here))?", r"also (?:on|from|in|see|watch) [^:]{2,40}", r"explore (?:more|further)", r"learn more(?: about [^:]{2,40})?", r"up next", r"next up", r"check (?:this )?out",
    r"(?:lesen|sehen|hören) sie (?:auch|hier|dazu|mehr|weiter)(?: (?:auch|dazu|hier|zum thema))?", r"lest (?:auch|dazu|hier|mehr)(?: auch| dazu)?", r"mehr (?:zum thema|dazu|zu [^:]{2,40}|lesen|infos?(?: hier)?|informationen(?: dazu)?)", r"(?:auch|das könnte (?:sie|dich) auch) interessant", r"das könnte (?:sie|dich|euch) (?:auch )?interessieren",
    r"(?:passend|siehe|hintergrund) (?:zum thema|dazu|auch)", r"siehe auch", r"zum thema", r"weiterlesen", r"weitere (?:artikel|meldungen|infos?|informationen|themen|nachrichten)", r"lesetipps?", r"interview zum thema", r"auf (?:einer|einen) blick",
    r"(?:à|a) (?:lire|voir|écouter|découvrir)(?: (?:aussi|également|ensuite|sur le sujet))?", r"lire (?:aussi|également|la suite|notre [^:]{2,40}|plus)", r"voir aussi", r"sur le même (?:sujet|thème)", r"(?:pour )?en savoir plus",
    r"lee? (?:también|tambien|además|más|mas)", r"lea (?:también|tambien|además|más|mas)", r"(?:te|le) (?:puede|podría|recomendamos)(?: (?:interesar|leer|también))?", r"también (?:te puede interesar|lee|lea)", r"ver (?:también|más|mas)", r"más (?:información|sobre [^:]{2,40}|noticias)", r"relacionad[oa]s?", r"noticias? relacionadas?", r"sigue leyendo",
    r"leia (?:também|tambem|mais|a seguir|ainda)", r"(?:veja|saiba|confira|ouça|assista)(?: (?:também|mais|ainda|a seguir))?", r"(?:notícias?|conteúdos?) relacionad[oa]s?", r"leggi (?:anche|qui|di più)", r"(?:guarda|vedi|ascolta) anche", r"(?:per )?approfond(?:isci|imenti|ire)", r"potrebbe interessarti(?: anche)?",
    r"lees (?:ook|meer|verder)", r"(?:bekijk|luister|zie) ook", r"meer (?:over|lezen|nieuws)[^:]{0,40}", r"les (?:også|mer|mere|videre)", r"(?:se|hør) også", r"læs (?:også|mere)", r"läs (?:också|mer|även|vidare)", r"(?:se|lyssna) (?:också|även)", r"lue (?:myös|lisää)", r"katso myös",
    r"czytaj (?:też|także|również|więcej|dalej)", r"(?:zobacz|sprawdź|przeczytaj|polecamy)(?: (?:też|także|również|więcej))?", r"(?:čtěte|přečtěte si|mohlo by vás zajímat|viz)(?: (?:také|též|i|více))?", r"(?:čítajte|prečítajte si)(?: (?:aj|tiež))?", r"(?:olvassa|olvasd)(?: el)? (?:még|tovább|ezt is)", r"citi(?:ți|ţi|ti)(?: și| şi| si)?", r"citește(?: și| mai mult)?", r"vezi (?:și|şi|si)",
    r"(?:читайте|смотрите|см\.?|слушайте)(?: (?:также|ещ[её]|далее))?", r"(?:по теме|материалы? по теме|подробнее)", r"(?:читайте|дивіться)(?: (?:також|ще))?", r"(?:прочетете|вижте|още)(?: още| и| по темата)?", r"(?:pročitajte|čitajte|vidi|pogledajte)(?: (?:i|još|više|također|takođe))?", r"διαβάστε (?:επίσης|ακόμα|περισσότερα)", r"δείτε (?:επίσης|ακόμα)",
    r"(?:bunu da|şunları da|ayrıca) (?:oku|okuyun)", r"ilgili haber(?:ler)?", r"(?:baca|lihat|simak|tonton)(?: (?:juga|selengkapnya|artikel lainnya))", r"artikel (?:terkait|lainnya)", r"xem thêm", r"(?:đọc|tin) (?:thêm|liên quan)", r"อ่าน(?:เพิ่มเติม|ต่อ|ข่าวต้นฉบับ)", r"(?:यह|ये) भी (?:पढ़ें|पढें|देखें)", r"(?:और|इसे भी) पढ़ें", r"আরও পড়ুন", r"മറ്റു", r"மேலும் (?:படிக்க|வாசிக்க)", r"ఇది చదవండి|ఇవి కూడా చదవండి",
    r"(?:اقرأ|إقرأ|شاهد|اقرا) (?:أيضا|أيضاً|ايضا|المزيد)", r"(?:بیشتر بخوانید|همچنین بخوانید|مطالب مرتبط)", r"(?:مزید پڑھیں|یہ بھی پڑھیں)", r"(?:קראו|ראו|צפו) (?:גם|עוד)",
    r"(?:相关|相關|推荐|推薦|延伸|扩展|擴展)(?:阅读|閱讀|新闻|新聞|文章|报道|報導)", r"(?:阅读|閱讀|查看|看)更多", r"更多(?:新闻|新聞|内容|報導|报道)?", r"(?:関連|あわせて読みたい|おすすめ)(?:記事|リンク|ニュース)?", r"(?:こちらも|合わせて)(?:読む|お読みください)", r"続きを読む", r"(?:관련|추천|함께 볼만한|많이 본)\s?(?:기사|뉴스|글)", r"더 보기",
)  # fmt: skip

_NEWSLETTER = _any(
    r"(?:sign|signed|signing) up (?:for|to|here|now|today|below)\b", r"subscribe (?:to|for|now|here|today|below)\b", r"(?:get|receive|want) (?:our|the|all|more|your|top|breaking|daily|weekly)\b.{0,80}\b(?:inbox|newsletters?|email|e-mail)\b", r"(?:join|never miss|stay (?:up[- ]to[- ]date|informed|connected|updated|in the know))\b.{0,100}\b(?:newsletters?|inbox|subscribers|mailing list|telegram|whatsapp)\b",
    r"(?:enter|submit) your e-?mail\b", r"by (?:signing up|subscribing|entering your e-?mail|clicking|submitting)\b.{0,60}\b(?:agree|consent|terms|privacy|polic)", r"(?:this|our|the) newsletters?\b.{0,60}\bsign up\b", r"you can unsubscribe\b", r"thank(?:s| you) for (?:signing up|subscribing)", r"newsletters?" + _END,
    r"(?:jetzt|hier|gleich) (?:den |unseren |zum |für den |kostenlos )?.{0,40}newsletter\b", r"(?:abonnieren|bestellen) sie\b.{0,80}\bnewsletter", r"(?:melden sie sich|melde dich|melden sie)\b.{0,60}\bnewsletter", r"(?:unser|der|die besten|täglich|mit unserem)\b.{0,60}\bnewsletter\b.{0,80}(?:abonnieren|anmelden|bestellen|erhalten|registrieren|bleiben)", r"mit der anmeldung\b.{0,80}(?:newsletter|datenschutz)", r"newsletter (?:abonnieren|bestellen|anmelden)",
    r"(?:inscrivez|abonnez|inscris|abonne)[- ](?:vous|toi)\b", r"recevez\b.{0,80}\b(?:newsletter|e-?mail|boîte)", r"(?:suscríbe(?:te|se)|suscribirse|apúntate|regístrate|recibe)\b.{0,100}\b(?:newsletter|boletín|correo|canal|whatsapp|telegram)", r"(?:inscreva-se|assine|receba|cadastre-se)\b.{0,80}\b(?:newsletter|e-?mail|canal|boletim)", r"(?:iscriviti|ricevi)\b.{0,80}\b(?:newsletter|e-?mail|canale)",
    r"(?:schrijf je|meld je|abonneer je)\b.{0,80}\b(?:nieuwsbrief|newsletter)", r"(?:zapisz się|subskrybuj)\b.{0,80}\b(?:newsletter|e-?mail)", r"(?:подпис(?:ывайтесь|аться|ывайся|ывайтеся))\b.{0,120}", r"(?:підпис(?:уйтесь|атися|уйся))\b.{0,120}", r"(?:anmäl dig|prenumerera|meld deg på|tilmeld dig|abonner)\b.{0,80}\b(?:nyhetsbrev\w*|nyhedsbrev\w*)", r"(?:订阅|訂閱|關注|关注)(?:我们|我們|本)?.{0,40}(?:电子报|電子報|邮件|公众号|公眾號|頻道|频道|通讯|newsletter)", r"(?:メルマガ|ニュースレター)(?:に|を)?登録",
)  # fmt: skip

_SHARE = _any(
    r"(?:follow|like|join|find|connect with|message) (?:us|me|him|her|them|@\w+|[\w.’' -]{2,50})\b.{0,60}\b(?:on|via|at) (?:twitter|facebook|instagram|linkedin|youtube|x\b|tiktok|threads|telegram|whatsapp|bluesky|mastodon|pinterest|google news|flipboard|reddit|discord)", r"(?:share|tweet|pin|email|print|copy|save|bookmark)(?: (?:this|the|on|via|with|to|link|article|story|post|page|it|facebook|twitter|x|linkedin|whatsapp|email|pinterest|reddit|friends|url)){0,5}" + _END,
    r"(?:facebook|twitter|linkedin|whatsapp|pinterest|reddit|flipboard|copy link|copy url|share|tweet)" + _END, r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|pinterest|email|e-mail|reddit|xing|pocket|flipboard|instagram|copy link|copy url|print|share|tweet|mail|youtube|tiktok|threads|messenger|line|vk|viber|link)(?:[\s,|/·•]+(?:facebook|twitter|x|linkedin|whatsapp|telegram|pinterest|email|e-mail|reddit|xing|pocket|flipboard|instagram|copy link|copy url|print|share|tweet|mail|youtube|tiktok|threads|messenger|line|vk|viber|link)){1,10}" + _END, r"click to (?:tweet|share)" + _END,
    r"(?:teilen|artikel teilen|beitrag teilen|drucken|merken|kommentieren|versenden|link kopieren|auf (?:facebook|twitter|x|whatsapp) teilen)" + _END, r"(?:folgen sie|folgt|folge) (?:uns|mir)\b.{0,80}", r"(?:partager|partagez)(?: (?:l['’]article|cet article|sur \w+))?" + _END, r"suivez[- ](?:nous|moi)\b.{0,80}", r"(?:compartir|comparte|compartilhe|compartilhar|condividi|deel|del|dela|jaa|udostępnij|sdílet|zdieľať|поделиться|поділитися|paylaş|bagikan|chia sẻ|แชร์|分享|共有|シェア(?:する)?|공유(?:하기)?|شارك|مشاركة|اشتراک گذاری|शेयर करें|कॉपी लिंक|复制链接|複製連結)(?: (?:en|em|su|op|på|este|esta|questo|artículo|noticia|notícia|articolo|artikel|facebook|twitter|whatsapp)){0,4}" + _END,
    r"(?:síguenos|síganos|siga-nos|seguici|volg ons|följ oss|følg oss|følg os|obserwuj nas|sledujte nás|bizi takip edin|ikuti kami|theo dõi chúng tôi|follow us)\b.{0,80}",
)  # fmt: skip

_COMMENTS = _any(
    r"\d{0,5}\s*(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|reacties|kommentarer|komentarze|komentáře|комментари(?:и|ев|й)|коментар(?:і|ів)|yorumlar?|komentar|bình luận|评论|評論|コメント|댓글|تعليقات|التعليقات|टिप्पणियाँ)\s*(?:\(?\d{1,5}\)?)?" + _END, r"(?:leave|post|add|write|show|view|read|see|load|join)(?: (?:a|your|all|the|more|our|\d+)){0,2} (?:comments?|reply|replies|conversation|discussion)(?: below)?" + _END, r"(?:tell us what you think|what do you think\??|have your say|join the (?:conversation|discussion))" + _END, r"(?:schreiben sie|schreib|zeige|alle) (?:einen |uns |alle )?kommentare?" + _END, r"(?:deja|escribe|deixe|lascia|laisser|ajouter|geef|skriv|dodaj|оставить|залишити) (?:un |um |tu |seu |een |en )?(?:comentario|comentário|commento|commentaire|reactie|kommentar|komentarz|комментарий|коментар)" + _END,
)  # fmt: skip

_CREDIT = _any(
    r"(?:photo|photos|image|images|picture|pictures|photograph|photography|illustration|artwork|cover image|featured image|header image|image credits?|photo credits?|picture credits?|credits?|bild|bilder|bildquelle|bildnachweis|titelbild|beitragsbild|fotos?|foto credit|quelle|quellen|imagen|imágenes|fotografía|crédito|créditos|imagem|immagine|crédit photo|crédits?|© photo|fonte|fuente|zdj(?:ęcie)?\.?|fot\.?|zdroj|фото|изображение|источник фото|джерело фото|görsel|gambar|sumber foto|ảnh|ภาพ|图片来源|圖片來源|图源|写真|画像|사진)(?: (?:credit|credits|by|source|via|courtesy(?: of)?|from|copyright|quelle|nachweis|de|von))?\s*[:：/©|]\s*\S",
    r"(?:photo(?:graph)?s?|images?|pictures?|illustrations?|videos?) (?:by|courtesy(?: of)?|via|©|from) [^.]{2,80}$", r"(?:getty|ap|afp|reuters|epa|dpa|shutterstock|istock|unsplash|pexels|picture alliance|imago)(?: (?:images|photo|photos))?(?:\s*[/|]\s*[\w .’'-]{2,40})*" + _END,
    r"\(?(?:additional )?(?:reporting|writing|editing) by\b.{3,400}$", r"[\w .’'-]{3,40} contributed (?:to this report|reporting|research)\b", r"—?\s*(?:associated press|ap|reuters|afp)(?: (?:writers?|reporters?|journalists?|staff))? .{3,120} contributed\b",
    r"\(?quellen?\s*:\s*.{2,80}\)?$", r"(?:mit|von|with|con|avec) (?:material (?:der|von) )?(?:dpa|afp|reuters|ap|sid|apa|epd|kna|sda|ansa|efe|pap|čtk|ntb|ritzau|tt)(?:(?:\s*[/,]\s*|\s+und\s+)(?:dpa|afp|reuters|ap|sid|apa|epd|kna|sda|ansa|efe|pap|čtk|ntb|ritzau|tt))*(?:-material)?" + _END, r"(?:dpa|afp|rtr|ap|sid|apa|epd|kna|sda|ots|pap|čtk|ansa)(?:\s*[/,]\s*\w{2,20})+" + _END, r"© ?dpa\b.{0,60}$", r"source\s*:\s*(?:news )?agencies" + _END,
)  # fmt: skip

_COPYRIGHT = _any(
    r"(?:(?:copyright\s*)?(?:©|\(c\)|ⓒ)|copyright\s*[:,]?\s*(?:(?:19|20)\d{2}|by\b)).{3,200}$", r"all rights reserved\b.{0,120}$", r".{0,60}\ball rights reserved" + _END, r"(?:alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati|wszelkie prawa zastrzeżone|все права защищены|무단\s?전재|無断転載|版权所有|版權所有|未经(?:授权|许可)|未經(?:授權|許可))", r"(?:republish|reproduction|reproduced)\b.{0,120}\b(?:permission|prohibited|licen[cs]e)\b",
)  # fmt: skip

_COOKIE = _any(
    r"(?:we|this (?:web)?site|our (?:web)?site)\b.{0,40}\buses? cookies\b", r"(?:accept|reject|manage|allow)(?: all)?(?: cookies| preferences)" + _END, r"(?:wir|diese (?:web)?seite) (?:verwenden|nutzen|verwendet|nutzt)\b.{0,30}\bcookies\b", r"(?:alle )?cookies? (?:akzeptieren|zulassen|settings|preferences|policy|einstellungen)" + _END, r"(?:nous utilisons|ce site utilise|utilizamos|este sitio (?:web )?(?:utiliza|usa)|usamos|questo sito utilizza|deze (?:web)?site gebruikt)\b.{0,40}\bcookies\b",
    r"an dieser stelle (?:finden sie|findest du|befindet sich|steht) (?:einen |ein )?(?:externer?n?|relevanter?n?|redaktionell\w*)?\s*inhalt", r"(?:empfohlener|externer) (?:redaktioneller |externer )?inhalt" + _END, r"ich bin damit einverstanden, dass mir (?:externe|inhalte)", r"(?:recommended|embedded) (?:external )?content" + _END, r"link zum \w+-inhalt" + _END, r"to (?:view|see|play) this (?:content|video|media)\b.{0,100}\b(?:cookies|javascript|consent)", r"(?:you need to enable|please enable|enable) javascript\b", r"this (?:video|content|embed)\b.{0,60}\b(?:cannot|can not|could not|can't|is not) .{0,60}$", r"your browser does not support\b.{0,80}", r"(?:dein|ihr) browser unterstützt\b.{0,80}", r"gizlilik ayarları",
)  # fmt: skip

_AFFILIATE = _any(
    r"(?:this|our) (?:post|article|page|site|story|review|list|guide|blog)\b.{0,60}\baffiliate links?\b", r".{0,120}\b(?:we|us|i|\w+) (?:may|might|will|can|could)(?: also)? (?:earn|receive|get|make)\b.{0,60}\b(?:commissions?|compensation|small fee|referral)\b", r"(?:as an amazon associate|amazon affiliate)\b", r"(?:affiliate|advertis(?:er|ing)|disclosure|ftc) (?:disclosure|disclaimer|links?|notice|policy)\b.{0,100}$", r".{0,120}\baffiliate[- ]?links?\b.{0,160}\b(?:provision|kommission)", r"(?:die mit|alle mit|links? mit) .{0,60}(?:gekennzeichnet\w*|markiert\w*)\b.{0,60}\b(?:affiliate|provision|werbe)", r".{0,60}\b(?:liens? affiliés?|enlaces? de afiliad\w+|links? de afiliad\w+|link di affiliazione)\b", r"\*?\s*(?:anzeige|werbung|provisions-links?|affiliate-links?)\s*[:*]" ,
)  # fmt: skip

_INTERFACE = _any(
    r"\d{1,3}\s*[- ]?\s*(?:min|mins|minutes?|minuten?|minutos?|minuti|minuter|мин\.?|分钟|分鐘)\s*(?:read|reading(?: time)?|lesezeit|de lecture|de lectura|de leitura|di lettura|leestijd|lästid|lesetid|чтения)?" + _END, r"(?:reading time|estimated reading time|read time|lesezeit|lesedauer|temps de lecture|tiempo de lectura|tempo de leitura|tempo di lettura|leestijd|czas czytania|время чтения|doba čtení|okuma süresi|読了時間|阅读时间)\b.{0,30}$", r"(?:listen to (?:this )?(?:article|story)|listen now|play audio|audio version|artikel (?:anhören|hören|vorlesen)|écouter (?:l['’]article|cet article)|escuchar (?:artículo|noticia|la noticia)|ouvir (?:artigo|notícia)|ascolta (?:l['’]articolo|questo articolo))\b.{0,30}$",
    r"(?:loading|wird geladen|lädt|cargando|chargement|carregando|caricamento|загрузка|読み込み中|加载中|載入中)" + _END, r"(?:skip to (?:main )?content|back to (?:top|homepage|news)|go to (?:homepage|top)|zum seitenanfang|nach oben|zurück zur startseite|zur startseite|retour en haut|volver arriba)" + _END, r"(?:tags?|schlagwörter|schlagworte|themen|étiquettes|etiquetas|mots[- ]clés|topics?|filed under|posted in|теги|标签|標籤|関連タグ|태그)\s*[:：]\s*.{0,300}$", r"(?:tags?|schlagwörter|schlagworte|topics|filed under|etiquetas|теги)" + _END, r"(?:table of contents|in this article|on this page|inhaltsverzeichnis|sommaire|table des matières|tabla de contenidos?|índice|sommario|inhoudsopgave|spis treści|оглавление|содержание|içindekiler|daftar isi|mục lục|目录|目錄|目次|목차)" + _END,
    r"(?:image|photo|video|gallery|slide|bild|foto)\s*\d{1,3}\s*(?:of|/|von|de)\s*\d{1,3}" + _END, r"(?:next|previous|prev|weiter|zurück|suivant|précédent|siguiente|anterior|próximo|successivo|precedente|volgende|vorige|далее|назад|下一篇|上一篇|次へ|前へ|次の記事|前の記事|다음|이전)(?: (?:article|post|story|page|slide|artikel|beitrag))?" + _END, r"(?:last )?(?:published|updated|modified|posted|first published)(?: (?:on|at))?\s*[:：]?\s*(?:\w+,? )?\d.{0,50}$", r"(?:print(?: this)?(?: page| article)?|e-?mail this|report (?:a |an )?(?:error|typo|issue|correction)|suggest a correction|found a (?:typo|mistake|bug)\??.{0,60}|fehler melden|signaler une erreur|expand|collapse|show more|show less|view more|load more|mehr anzeigen|mehr laden|weniger anzeigen|voir plus|ver más|ver mais|mostra altro|toon meer|visa mer|показать ещ[её]|显示更多|もっと見る|더보기)" + _END,
    r"(?:click|tap|swipe|press) (?:here|the (?:image|link|button))\b.{0,60}$",
)  # fmt: skip

_FLAGS = re.IGNORECASE

RULES: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("read_more", 220, re.compile(_READ_MORE + r"\s?[:：|▶►→»>–—]\s*\S", _FLAGS)),
    ("read_more", 40, re.compile(_READ_MORE + r"\s*[.…>»›→:：]+\s*$", _FLAGS)),
    ("newsletter", 300, re.compile(_NEWSLETTER, _FLAGS)),
    ("share", 180, re.compile(_SHARE, _FLAGS)),
    ("comments", 80, re.compile(_COMMENTS, _FLAGS)),
    ("credit", 300, re.compile(_CREDIT, _FLAGS)),
    ("copyright", 260, re.compile(_COPYRIGHT, _FLAGS)),
    ("consent", 260, re.compile(_COOKIE, _FLAGS)),
    ("affiliate", 400, re.compile(_AFFILIATE, _FLAGS)),
    ("interface", 320, re.compile(_INTERFACE, _FLAGS)),
)
"""Tried in this order; the length is the longest line the rule may take."""

_HEADER_WORDS = """
related|related articles|related stories|related posts|related content|related topics|related reading|related links|related news|related coverage|
read more|read next|read also|also read|see also|more stories|more news|more from|you may also like|you might also like|you may also enjoy|
you might like|recommended|recommended for you|recommended reading|recommended videos|recommended stories|most read|most popular|trending|
trending now|don't miss|dont miss|further reading|latest news|latest stories|more like this|more on this story|more on this|top stories|
up next|editor's picks|editors' picks|popular now|keep reading|what to read next|more to read|
auch interessant|das könnte sie auch interessieren|das könnte dich auch interessieren|das könnte sie interessieren|mehr zum thema|zum thema|
lesen sie auch|lesen sie mehr|mehr dazu|weitere artikel|weitere meldungen|weitere nachrichten|meistgelesen|meist gelesen|meistgelesene artikel|
empfehlungen|empfehlungen der redaktion|ähnliche artikel|ähnliche beiträge|verwandte artikel|verwandte themen|passend zum thema|
à lire aussi|a lire aussi|lire aussi|à lire également|sur le même sujet|articles liés|articles similaires|les plus lus|à voir aussi|
te puede interesar|le puede interesar|lee también|lea también|noticias relacionadas|artículos relacionados|más noticias|lo más leído|
también te puede interesar|más información|relacionados|relacionadas|
leia também|leia mais|veja também|notícias relacionadas|mais lidas|artigos relacionados|conteúdo relacionado|
leggi anche|potrebbe interessarti|articoli correlati|notizie correlate|i più letti|approfondimenti|ti potrebbe interessare|
lees ook|lees meer|meer nieuws|gerelateerde artikelen|meest gelezen|les også|se også|les mer|mest lest|læs også|mest læste|läs också|läs mer|läs även|mest läst|lue myös|
czytaj też|czytaj także|czytaj więcej|zobacz także|zobacz też|polecane|czytaj również|najczęściej czytane|čtěte také|mohlo by vás zajímat|související články|súvisiace články|
читайте также|по теме|материалы по теме|еще по теме|самое читаемое|смотрите также|новости по теме|читайте також|ещё по теме|
ilgili haberler|bunlar da ilginizi çekebilir|baca juga|artikel terkait|berita terkait|terpopuler|xem thêm|tin liên quan|
相关阅读|相关新闻|相关文章|推荐阅读|延伸阅读|相關新聞|相關文章|延伸閱讀|推薦閱讀|熱門新聞|关联阅读|関連記事|関連リンク|関連ニュース|あわせて読みたい|おすすめ記事|こちらの記事もおすすめ|
관련기사|관련 기사|추천 기사|많이 본 뉴스|주요뉴스|인기기사|اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|مواضيع ذات صلة|أخبار ذات صلة|یہ بھی پڑھیں|متعلقہ خبریں|مطالب مرتبط|
यह भी पढ़ें|ये भी पढ़ें|संबंधित खबरें|আরও পড়ুন|อ่านเพิ่มเติม|ข่าวที่เกี่ยวข้อง|קראו גם|כתבות נוספות
"""
HEADERS = frozenset(word.strip() for word in _HEADER_WORDS.casefold().replace("\n", "").split("|") if word.strip())
"""Headings of boxes with links to other articles; they count only with headlines below them or at the text's end."""

AMBIGUOUS_HEADERS = frozenset(
    {
        "related", "recommended", "trending", "up next", "don't miss", "dont miss", "latest news", "top stories", "empfehlungen",
        "approfondimenti", "relacionados", "relacionadas", "más información", "popular now", "you might like", "more from", "most popular",
        "polecane", "terpopuler", "weitere nachrichten", "weitere meldungen", "más noticias", "zum thema", "по теме",
    }
)  # fmt: skip
"""Words that are headings of an article's own sections as well: these need the headlines below them."""
