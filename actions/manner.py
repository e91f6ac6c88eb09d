"""How something is said, by its words alone: asking, pointing back, asking the same for someone else."""

from __future__ import annotations

import re

QUESTION = re.compile(
    r"[吗呢嘛么啥哪怎咋谁？?]|(?<![这那好十])(?<!^前)(?<![，,。\s]前)几|什么|多久|多少|如何|多长|(.)[不没]\1|[不没]$"
    r"|[^，。,\s](?<![我你您他她它妈爸爹娘爷奶公婆儿女哥姐弟妹们在前这那就都也])还是[^，。,吧]+$"
    r"|((?<!可)能|可以|(?<![主需])要|(?<![觉懂晓])得|够)[^，。,]*吧[。.!！]*$"
)
ELLIPSIS = re.compile(r"(呢|也都?是?一样[吗嘛么]|也?都?是?这样[吗嘛么])[\s，,？?。！!]*$")
BACK = re.compile(
    r"(刚才|刚刚|先前|之前|[前上]面|前头)的?(说|问|那(?![家年会时]|个[人月证]))|回到.{0,8}[那刚]|接着说|^刚才[^，。]{1,8}那[个件]"
)
RETURNS = re.compile(
    r"^(好[，,]?|那就?|再|还是)?(回到|说回)(?!老?家|农?村|国|威海)|(先前|之前|[前上]面|前头)的?那[个件事](?![人月证])"
    r"|^(好[，,]?|那就?|再)?(还是说|回(?!头|来|老?家|执|单位|原单位|迁|民|乡|农?村|国|厂))[^，。]{1,8}那[个件](?![人月证])"
)
ALSO = re.compile(r"(?<![你们])那边|(?<![不统])一样(?!式)|也(?![许不没行可请好]|就是)")
DESCRIBES = re.compile(r"[领拿吃][着的]?[^，。]{1,10}(的|[，,]\s*[他她])")
WANTS = re.compile(r"^(我们?|俺们?|咱)?(想|要(?!是)|帮|给(我|俺)|麻烦)[^，。]{0,8}[办查领打开报交改取退补换]")


def is_elliptic(text: str, tells: bool) -> bool:
    """Whether a text names someone or something and asks the same again: "那学校的呢", unlike "费用呢", "怎么办呢".

    `tells` says whether it tells anything at all.
    """
    rest = ELLIPSIS.sub("", text)
    return rest != text and tells and not QUESTION.search(rest)
