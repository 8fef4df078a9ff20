"""Web chrome: what a page says around a document, and never the document itself.

Whole lines only, each known by its form: 扫一扫在手机打开当前页, 上一篇：…, 首页 > 政务公开 > 规划, bars of
menu words.
What the document says on itself stays: 来源, 发布时间, 责任编辑, 主办.
"""

# ruff: noqa: E501 - each form stands whole on its row, so that the table can be read down
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ...edition import Edit
from ..neighbours import Words, neighbours_of
from ..stage import Context
from .chinese import is_listing
from .code import is_chinese
from .either_script import in_simplified
from .short_lines import LINE_MOST, short_lines

# What a form lets stand before its key must not reach back over a full stop, into the document's own sentence.
_OPENING: Final = re.compile(r"(^|\|)\.\{")
# Each row: a string that is searched for, and the form that the whole line must have, blanks and brackets around it
# taken off.
_LINES: Final = tuple(
    (key, re.compile(_OPENING.sub(r"\1[^。！？；]{", form)))
    for key, form in (
        ("扫一扫", r"(?:用?(?:手机|微信|支付宝))?扫一扫.{0,30}"),
        ("扫码", r".{0,6}扫码.{0,4}(?:查看|关注|阅读|分享|浏览|打开|下载|收听).{0,12}"),
        ("二维码", r"(?:(?:长按|识别|扫描|扫一扫|点击)?.{0,6}二维码.{0,20})"),
        ("纠错", r"(?:内容|我要|网站|信息|页面|文章|政府网站)?(?:找错|纠错)(?:留言|平台|反馈|信箱)?"),
        ("返回顶部", r"(?:返回顶部|回到顶部|关闭(?:本页|窗口|页面)?|打印(?:本页|本文)?|\W)+"),
        ("返回列表", r"[<《]*\s*返回列表"),
        ("回到顶部", r"(?:回到顶部|返回首页|\W)+"),
        ("关闭", r"(?:(?:返回(?:顶部|首页|上一?页|列表)|关闭(?:本页|窗口|本窗口|页面|当前页)?|(?:我要)?打印(?:本页|本文|此页|页面|本稿)?|保存(?:本页|此页|网页)?|(?:加入)?收藏(?:本页|此页)?|推荐(?:给)?(?:好友)?|\W)+)"),
        ("打印", r"(?:打印(?:本页|本文|此页|页面|文章|本稿)|我要打印|(?:打印|分享|收藏|关闭|转发|纠错|复制|字号|\W){2,})"),
        ("链接即将离开", r"您?(?:访问的|点击的)?链接即将离开.{0,40}"),
        ("即将离开", r"您?即将(?:离开|跳转).{0,40}(?:网站|页面|链接).{0,20}"),
        ("正文", r"[^>＞»›。；]{2,16}(?:\s*(?:[>＞]{1,2}|[»›])\s*[^>＞»›。；]{2,16}){1,8}\s*(?:[>＞]{1,2}|[»›])\s*正文"),
        (">>", r"(?:.{0,8}位置\s*[:：]\s*)?[^>。；]{0,10}(?:网|网站|频道|门户)(?:\s*>>\s*[^>。；]{2,16}){2,8}"),
        ("位置", r"(?:您|你)?(?:的|现在|当前|目前|所在)*位置(?:是|在)?\s*[:：](?:\s*|.{0,80}(?:首页|[>＞»›]|正文).{0,60})"),
        ("首页", r"(?:网站|本站)?首页\s*(?:(?:[>＞»›/→|]+|-+>+)[^>＞»›/→|。；]{1,32}){1,8}[>＞»›/→|\s]*"),
        ("上一", r"[<《«]*\s*上一(?:篇|条|页|章|个|则|主题)\s*(?:[:：].{0,90}|>?)"),
        ("下一", r"下一(?:篇|条|页|章|个|则|主题)\s*(?:[:：].{0,90}|[>》»]*)"),
        ("上一篇", r"上一篇\s*.{0,60}\s*下一篇.{0,60}"),
        ("字体", r"(?:选择|调整)?(?:字体|字号)(?:大小|颜色|显示)?\s*[:：]?\s*(?:特大|超大|放大|缩小|正常|标准|默认|恢复|[大中小A+\-【】\[\]()（）|\s/\W])+(?:打印|关闭|收藏|分享|本页|\W)*"),
        ("字号", r"(?:选择|调整)?字号(?:大小)?\s*[:：]?\s*(?:特大|超大|放大|缩小|正常|标准|默认|[大中小A+\-|\s/\W])+(?:打印|关闭|收藏|分享|本页|\W)*"),
        ("分享", r"(?:一键)?分享(?:本文|本页|文章)?(?:到|至|给)?\s*[:：]?\s*(?:新浪|腾讯)?(?:微信|微博|QQ|空间|好友|朋友圈|人人网?|豆瓣|贴吧|抖音|复制链接|更多|\W)*"),
        ("浏览", r"(?:文章|页面|网页)?浏览(?:次数|量|数|人数)?\s*[:：]\s*[0-9,]*\s*次?"),
        ("点击", r"(?:文章|页面)?点击(?:次数|量|率|数)?\s*[:：]\s*[0-9,]*\s*次?"),
        ("阅读", r"(?:文章)?阅读(?:次数|量|数)?\s*[:：]\s*[0-9,]*\s*次?|(?:阅读|查看|展开|点击阅读)(?:全文|原文|更多)\W*"),
        ("访问", r"(?:页面|网站|本站|您是第)?(?:访问(?:量|次数|人数|统计)|[0-9]+位访(?:问者|客))\s*[:：]?\s*[0-9,]*\s*次?"),
        ("查看", r"(?:点击)?查看(?:更多|全部|原文|大图|详情|评论)(?:内容|信息)?\W*"),
        ("展开", r"(?:点击)?展开(?:全文|更多|全部|阅读)\W*"),
        ("版权", r"(?:本网站?|网站)?版权(?:所有|声明|信息)\s*(?:[:：©]|[A-Za-z(（]|归|$).{0,80}|.{0,40}\s版权所有\W*.{0,40}"),
        ("Copyright", r".{0,40}Copyright.{0,120}"),
        ("CopyRight", r".{0,40}CopyRight.{0,120}"),
        ("COPYRIGHT", r".{0,40}COPYRIGHT.{0,120}"),
        ("©", r"©.{0,100}"),
        ("备案", r"(?:网站|备案)?.{0,12}备案(?:序?号|编号)\s*[:：].{0,60}"),
        ("ICP", r".{0,40}[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?ICP\s?[备证].{0,80}"),
        ("公网安备", r".{0,40}公网安备.{0,60}"),
        ("标识码", r"(?:政府)?网站标识码.{0,40}"),
        ("技术支持", r"本(?:网站|站)由.{1,30}提供.{0,12}技术支持"),
        ("访问者", r"您是第\s*[0-9,]+\s*位访问者"),
        ("访问量", r"(?:今日|昨日|本月|总|累计)访问(?:总)?量\s*[:：]\s*[0-9,]*"),
        ("免责声明", r"免责声明\s*[:：].{0,180}"),
        ("公有领域", r"本作品在.{0,20}属于公有领域.{0,60}"),
        ("维基文库", r"维基文库[，,]自由的图书馆|取自.{0,4}维基文库.{0,60}"),
        ("取自", r"取自.?https?://[^\u3000-\u9fff]{4,140}"),
        ("最后", r"本页面?最后(?:更改|修订|编辑|更新)于.{4,60}"),
        ("浏览器", r"(?:本(?:网|站|网站).{0,10})?(?:建议|推荐|请)(?:您)?使用.{0,40}浏览器.{0,60}|(?:您的)?浏览器(?:版本过低|不支持).{0,60}"),
        ("分辨率", r".{0,30}(?:最佳|建议).{0,12}分辨率.{0,40}"),
        ("技术支持", r"(?:网站)?技术(?:支持|保障)(?:单位)?\s*[:：].{0,60}"),
        ("IPv6", r"(?:本?网站|本站|本网)(?:已)?支持IPv6.{0,12}"),
        ("相关", r"(?:相关|更多|热点|热门|最新|推荐)(?:链接|阅读|文章|新闻|稿件|推荐|信息|资讯|报道|内容)\s*[:：>》]*"),
        ("推荐阅读", r"推荐阅读\s*[:：]?.{0,60}"),
        ("延伸阅读", r"延伸阅读\s*[:：]?.{0,60}"),
        ("猜你喜欢", r"猜你(?:也)?喜欢\W*"),
        ("转载", r"(?:如需)?(?:转载|引用|复制).{0,10}(?:请|须|需|务必)?(?:注明|标明|联系).{0,60}|.{0,30}(?:转载|转摘)(?:请|须|需)(?:注明|联系).{0,60}|(?:未经|非经).{0,12}(?:授权|许可|允许|同意).{0,10}(?:不得|禁止|严禁|请勿).{0,10}(?:转载|使用|复制).{0,30}"),
        ("侵权", r".{0,60}(?:如有|若有|涉及|如|若)侵权.{0,16}(?:联系|告知|通知|删除).{0,40}"),
        ("关注", r"(?:欢迎|请|点击)?关注.{0,16}(?:公众号|官方微信|微信号|视频号|微信公众平台|官方微博)\W*.{0,20}"),
        ("公众号", r"(?:微信)?公众号\s*[:：].{0,30}"),
        ("本文档", r"(?:本|该|此)文档(?:由|来自|共|为|下载).{0,80}"),
        ("文库", r".{0,30}(?:百度|豆丁|道客巴巴|原创力|人人|金锄头|冰点|冰豆|蚂蚁|360)文库.{0,60}"),
        ("范文", r"(?:更多|精选|推荐|相关).{0,10}范文.{0,40}|.{0,24}范文(?:网|大全|下载).{0,40}"),
        ("上传", r"(?:文档)?上传(?:人|者|时间|于)\s*[:：].{0,120}"),
        ("文档", r"文档(?:编号|格式|大小|页数|热度|星级)\s*[:：].{0,60}|(?:下载|收藏|举报|预览)(?:本|该|此)?文档\W*"),
        ("亲", r"亲[，,].{0,80}"),
        ("先登录", r".{0,16}您(?:需要|必须|要)先登录.{0,12}"),
        ("预览", r"(?:免费)?(?:试读|预览)(?:已)?结束.{0,30}|.{0,30}超出免费预览.{0,40}"),
        ("由会员", r".{1,60}》由会员(?:上传)?分享.{0,120}"),
        ("_第", r".{1,80}_第[0-9]{1,4}页"),
        ("已阅读", r"已阅读[0-9]+页.{0,40}"),
        ("版权说明", r"版权说明\s*[:：].{0,120}"),
        ("下载文档前请", r"(?:[0-9]+[.、]\s*){0,2}下载文档前请.{0,100}"),
        ("仅部分预览", r"(?:[0-9]+[.、]\s*){0,2}\W?仅部分预览.{0,120}"),
        ("文档侵犯", r"(?:[0-9]+[.、]\s*){0,2}如文档侵犯.{0,120}"),
        ("合集下载", r"合集下载"),
        ("密码登录", r"(?:账号|手机号?|短信|[+＋])*密码登录"),
        ("还没有账号", r"还没有账号\W?(?:立即注册)?"),
        ("分享至", r"(?:扫描|扫码|一键)?分享至(?:微信|微博|朋友圈).{0,6}"),
        ("只看楼主", r"只看楼主.{0,40}"),
        ("上一主题", r"上一主题\s*下一主题"),
        ("大小", r"大小\s*[:：]\s*[0-9.]+\s*[KMkm]B"),
        ("页数", r"页数\s*[:：]\s*[0-9]+\s*页"),
        ("ID", r"ID\s*[:：]\s*[0-9]{5,12}"),
        ("精品", r"(?:精品|优质)(?:文档|资料|范文)(?:[，,]?\s*(?:欢迎|免费)下载)?[！!。]?"),
        ("学习资料", r"\W*(?:完整版)?学习资料(?:整理|分享)+\W*"),
        ("文档简介", r"文档简介"),
        ("资源描述", r"资源描述\s*[:：]?"),
        ("用户名", r"用户名\s*[:：].{0,20}密码\s*[:：]?.{0,20}"),
        ("评论", r"留言与评论\s*[（(]\s*共有\s*[0-9]*\s*条评论\s*[)）]?"),
        ("联系老师", r".{0,40}联系老师.{0,20}"),
        ("论文部分内容", r"论文部分内容阅读"),
        ("凡注明", r"\W*凡注明.{0,12}来源.{0,100}版权.{0,120}"),
        ("网友", r"(?:导语\s*[:：]).{0,60}(?:来源于?|由)网友(?:上传|投稿|提供).{0,80}"),
        ("更多>>", r".{0,12}更多(?:\s*>>)?"),
        ("官方微", r".{0,10}官方(?:微博|微信)(?:公众号|二维码)?"),
        ("发表于", r"发表于\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\s*[0-9:]{4,8}"),
        ("显示全部楼层", r"显示全部楼层"),
        ("阅读模式", r"阅读模式"),
        ("新闻热线", r"新闻热线\s*[:：].{0,80}"),
        ("侵删", r".{0,120}侵删.{0,40}"),
        ("仅供读者参考", r".{0,60}仅供读者参考.{0,80}"),
        ("转载时请", r".{0,10}转载时请.{0,12}(?:保留|注明).{0,80}"),
        ("点击此处", r"(?:下载地址\s*[:：])?\s*点击此处(?:下载|查看|进入).{0,10}"),
        ("登录", r"您好\W*请\W*(?:登录|登陆)\W*(?:注册)?\W*"),
        ("首页", r"(?:网站)?首页(?:[ \u3000|]+[^\s|，。；：]{2,6}){6,40}"),
        ("验证码", r"验证码\s*[:：].{0,20}"),
        ("条评论", r"(?:(?:发表|我要|查看|参与|最新|热门)评论|(?:已有|共有|共)\s*[0-9]*\s*条评论|\W)+"),
        ("欢迎", r"(?:您好\W)?欢迎您?(?:访问|光临|进入|浏览|来到|登录).{0,30}(?:网|网站|门户|平台|首页|主页|党校)[!！]?"),
        ("登录", r"(?:请)?(?:先)?(?:登录|登陆)(?:后|/|\s|\|)(?:查看|阅读|下载|注册|发表|评论|可).{0,30}|(?:(?:用户|会员)?(?:登录|登陆|注册)\W*){2,4}"),
        ("无障碍", r"(?:(?:无障碍|长者)(?:版|模式|浏览|阅读|通道|关怀|辅助)?\W*){1,4}"),
        ("适老", r"(?:进入)?适老(?:化)?(?:版|模式|阅读)\W*"),
        ("当前页", r"(?:在)?(?:手机|微信)(?:上)?(?:打开|浏览|查看)(?:当前|此)页\W*"),
        ("语音播报", r"(?:点击)?(?:语音播报|收听本文|朗读全文)\W*"),
        ("APP", r"APP下载|(?:更多.{0,8}请)?(?:免费)?(?:点击|立即|扫码|打开)?下载.{0,8}APP\W*"),
        ("客户端", r"(?:更多.{0,8}请)?(?:免费)?(?:点击|立即|扫码|打开|下载).{0,12}(?:客户端|APP|App|app)\W*"),
        ("Share", r"Share(?: to| on)?:?(?: ?(?:Facebook|Twitter|Email|Print|WeChat|Weibo))*"),
        ("本页", r"(?:【|\[)?(?:打印|关闭|收藏|推荐|分享)本页(?:】|\])?\W*"),
        ("网站地图", r"(?:网站地图|联系我们|关于我们|网站声明|隐私(?:声明|保护|政策)|版权(?:声明|保护)|使用帮助|常见问题|收藏本站|设为首页|法律声明|\W)+"),
        ("联系我们", r"(?:网站地图|联系我们|关于我们|网站声明|隐私(?:声明|保护|政策)|版权(?:声明|保护)|使用帮助|常见问题|收藏本站|设为首页|法律声明|\W)+"),
        ("继续访问", r"(?:继续访问|放弃|取消|\W)+"),
        ("友情链接", r"友情链接\W*"),
        ("中文域名", r"中文域名\s*[:：].{0,60}"),
        ("今天是", r"今天是\s*[:：]?\s*[0-9]{4}\s*年.{0,30}"),
        ("收藏本页", r"(?:(?:收藏|打印|分享|关闭|复制|推荐)本页\W*)+"),
        (":::", r":::"),
        ("选单", r"(?:手机版|主|快速|网站|行动版)?选单(?:按钮)?"),
        ("列印", r"(?:友善列印|(?:我要)?列印(?:本页|此页|本文|文章|内容|版本|图示|功能)?)\s*[:：]?|请利用键盘.{0,40}列印.{0,10}"),
        ("字级", r"字级(?:大小)?(?:设定)?\s*[:：]?(?:\s*[大中小])*"),
        ("ALT", r".{0,12}按住ALT键.{0,100}"),
        ("字型大小", r"字型大小\s*[:：]?(?:\s*[大中小])*|.{0,6}IE7或Firefox浏览器.{0,80}字型大小.{0,4}"),
        ("字体大小", r"(?:预设字体大小|较大的字体|最大的字体|订阅RSS|进阶搜[寻尋]|网页指南|流动/无障碍浏览|English|繁体|简体|\s)+"),
        ("主", r"(?:按此[，,]?|按Enter(?:键)?|请按.{0,6})?跳?[至到]主要?内容(?:区块?|区域)?[。.]?"),
        ("跳", r"跳(?:过(?:主选单|导航|导览)|转?到(?:主?内容|主要内容区块?)|至(?:主?内容区?|导航|搜索))[。.]?"),
        ("页首", r"(?:回|返回|回到|至)页首"),
        ("回上", r"回上一?页"),
        ("点阅", r"(?:点阅|点击|浏览)(?:率|数|次数|人次)\s*[:：]\s*[0-9,]*\s*次?"),
        ("人次", r"(?:浏览|点阅|点击)人次\s*[:：]?\s*[0-9,]*\s*(?:人?次)?"),
        ("转寄", r"转寄(?:友人|好友|朋友)?"),
        ("寄给", r"(?:(?:[简繁]体|英文|中文)版|寄给(?:朋友|好友|友人)|政府新闻网|列印此页|\s){2,}|(?:E-?mail)?寄给(?:朋友|好友|友人)"),
        ("网站导览", r"(?:网站导览|回首页|意见信箱|常见问答|双语词汇|RSS|English|\W)+"),
        ("浏览器不支援", r"(?:您的)?浏览器不支援.{0,80}"),
        ("不支援", r".{0,16}不支援.{0,4}JavaScript.{0,80}"),
        ("放大", r"放大\s+缩小\s+默认"),
        ("显示更多", r"显示更多\W*"),
        ("上一版", r"上一版\W*[0-9]?\s*[0-9]?\s*下一版"),
        ("搜", r"(?:热门|快捷)搜(?:索|寻|尋)\s*[:：].{0,60}"),
        ("ICP", r"ICP\s?[备证]\s?[0-9]{8}号(?:-[0-9]+)?"),
        ("©", r".{0,40}(?:主办|承办|版权所有).{0,20}©.{0,100}"),
        ("参与评论", r"参与评论\s*[（(]\s*[0-9]*\s*[)）]\s*人?"),
        ("审核", r".{0,8}评论(?:成功|已提交)[，,]?.{0,4}等待.{0,6}审核\W*"),
        ("Produced By", r"Produced By.{0,40}"),
        ("右上角", r"(?:请)?点击(?:页面)?右上角.{0,16}"),
        ("设为首页", r"(?:设为首页|加入收藏|收藏本站|网站地图|联系我们|\W)+"),
        ("加入收藏", r"(?:设为首页|加入收藏|收藏本站|网站地图|联系我们|\W)+"),
    )
)  # fmt: skip
_KEYS: Final = Words([key for key, _ in _LINES])
# What a page's menus, buttons and pagers are made of. SITE words name the site itself or a button of it; the others
# stand in documents too, as headings or in tables, and count only beside a SITE word.
_SITE: Final = re.compile(
    "(?:本站|网站|返回)?首页|站群导航|网站导航|导航|跳转至|无障碍(?:版|浏览|阅读|模式)?|网站无障碍|长者(?:版|模式|助手)|关怀版|手机版|移动版|电脑版|触屏版|"
    "简体(?:版|中文)?|繁[体體](?:版|中文)?|繁|简|English|EN|登录|登陆|注册|退出|用户中心|个人中心|会员中心|(?:会员|用户)(?:登录|登陆|注册)|(?:新用户|免费)注册|我的收藏|网站地图|站点地图|联系我们|关于我们|关于本站|网站声明|法律声明|隐私(?:声明|政策|保护)|版权声明|"
    "使用帮助|友情链接|高级搜索|站内搜索|热搜词|请输入关键[字词]|智能问答|智能机器人|RSS|TOP|Top|Cookie|收藏本站|收藏本文|加入收藏夹?|设为首页|"
    "打印(?:本页|本文|此文|此页|正文)?|关闭(?:窗口|本页|页面)?|收藏|分享(?:到|至)?|举报|纠错|复制链接|复制|我要评论|发表评论|点赞|转发|"
    "返回|返回(?:顶部|目录|列表|上一?页|上级)|回到顶部|收起|展开|编辑|隐藏|显示|"
    "上一页|下一页|上页|下页|尾页|末页|更多|全文下载|下载(?:PDF|Word|全文|附件)|点击(?:下载附件|图片查看大图)|视力保护色|背景颜色|语音播报|"
    "[一-鿿]{0,3}(?:市|县|区|省|州|国务院)?政府(?:部门)?(?:网站|站群|门户|部门站群|部门网站)|[一-鿿]{0,2}县区政府(?:站群|网站)|县区站群|部门站群"
)
_OTHER: Final = re.compile(
    "政务公开|政府信息公开|信息公开|政务服务|办事服务|在线服务|网上办事|公共服务|便民服务|互动交流|政民互动|公众参与|交流互动|新闻中心|新闻动态|政务动态|"
    "工作动态|要闻动态|今日要闻|部门动态|通知公告|公示公告|公告公示|政策法规|政策文件|政策解读|法律法规|规划计划|发展规划|统计信息|统计数据|数据发布|数据开放|"
    "机构职能|机构设置|机构概况|领导之窗|领导信息|组织机构|人事信息|人事任免|财政信息|财政预决算|招商引资|招标采购|应急管理|专题专栏|专题集锦|走进[一-鿿]{1,4}|"
    "搜索|检索|视频|图片|专题|微信|微博|客户端|APP|QQ空间|好友和朋友圈|朋友圈|新浪微博|特大|大|中|小|默认|正常|[0-9]{1,3}|第[0-9]+页|共[0-9]+页|下载|相关|推荐|字体|字号|A[+-]?|正文|目录"
)
# So plain that one alone on its line is a button; the rest could be a torn word (展开, 编辑) or a heading.
_BUTTON: Final = re.compile(
    "复制链接|我要评论|发表评论|(?:返回|回到)(?:首页|目录|列表|顶部|上一?页|上级)|打印(?:本页|本文|此文|此页|正文)|收藏本[文站]|加入收藏夹?|设为首页|全文下载|"
    "下载(?:PDF|Word|全文|资源)|点击(?:下载附件|图片查看大图)|请输入关键[字词]|站内搜索|热搜词|视力保护色|背景颜色|站点地图|网站无障碍|分享[到至].{0,8}朋友圈|我的收藏"
)
_DRESSED: Final = re.compile(r"(?:[【\[（(]\s*.{1,8}\s*[】\])）]\s*)+|.{1,8}\s*(?:>>|》》|»)")
_SEPARATOR: Final = re.compile(r"[|｜·•▪>＞»›/、：:【】\[\]「」（）()]+|[ \t\u3000\u00a0]+")
_AROUND: Final = " \t\u3000\u00a0\f*【】[]()（）<>《》|｜·•▪-—=_◆■●★☆►▶→"
_WORD: Final = re.compile(f"{_SITE.pattern}|{_OTHER.pattern}|{_BUTTON.pattern}")
_BEGINS_AS_MENU: Final = re.compile(rf"[{re.escape(_AROUND)}＞»›/、：:「」\s]*(?:{_WORD.pattern})")
"""The cheap way out for a heading: what it begins with begins no menu."""
MENU_WORDS: Final = 3
"""So many menu words on lines that follow one another are a menu; in one line it takes two, one of them the site's."""
_HINTS: Final = Words(
    re.split(
        r"\|",
        "首页|导航|登录|手机版|站群|无障碍|网站地图|站点地图|联系我们|打印|关闭|收藏|分享|纠错|返回|回到|繁體|繁体|English|上一页|下一页|更多|下载|评论|举报|隐藏|编辑|"
        "复制|搜索|搜词|关键字|保护色|背景色|背景颜色|查看大图",
    )
)

_LICENCE: Final = re.compile(
    r"本作品是中华人民共和国的\s*法律\s*、\s*法规\s*，\s*国家机关的决议、决定、命令和其他具有立法、行政、司法性质的文件"
    r"(?:\s*，\s*及其官方正式译文。[^\n]*(?:\n+[^\n]{0,60}){0,12}?\n*\s*公有领域\s*。?)?"
    r"(?:\s*注：中文维基文库社群认为[^\n]*\n*\s*[^\n]{0,10}\s*具有立法、行政、司法性质的文件。)?"
    r"(?:\s*Public domain)*(?:\s*(?:false|true))*"
)


def drop_web_chrome(text: str, context: Context) -> Iterator[Edit]:
    """Take away the lines that a web page sets around a document."""
    text = in_simplified(text, context.alphabet)
    short = short_lines(text)
    spans: dict[int, tuple[int, int, str]] = {}
    if "本作品是中华人民共和国的" in short.joined:
        for found in _LICENCE.finditer(text):
            spans[found.start()] = (found.start(), found.end(), "licence-box")
    near = neighbours_of(short.joined)
    for number in near.among(_KEYS):
        key, form = _LINES[number]
        for start, end in short.with_word(key):
            if (
                start not in spans
                and end - start <= LINE_MOST
                and form.fullmatch(text[start:end].strip(_AROUND))
            ):
                spans[start] = (start, end, "web-chrome")
    for start, end in _sizes(text):
        spans.setdefault(start, (start, end, "web-button"))
    if near.among(_HINTS):
        rows = _bars(text) if "|" in context.alphabet or "｜" in context.alphabet else ()
        for start, end in (*rows, *_menus(text)):
            spans.setdefault(start, (start, end, "web-menu"))
    # A licence in English and the head of a program have their ©; what is no Chinese page has no chrome of one.
    if spans and is_chinese(text) and not is_listing(text):
        yield from _edits(sorted(spans.values()), text)


_SIZES: Final = re.compile(
    r"[ \t\u3000]*(?:[【\[（(][ ]*字[体号](?:大小)?[ ]*[:：][ ]*(?:特大|超大|[大中小][ ]*){2,4}[ ]*[】\]）)]"
    r"|字[体号](?:大小)?[ ]*[:：][ ]*[【\[（(][ ]*(?:特大|超大|[大中小][ ]*){2,4}[】\]）)])"
)


def _sizes(text: str) -> Iterator[tuple[int, int]]:
    """Give the buttons for the size of type that stand at the end of a line of fields: 作者：…【字体：大 中 小】."""
    near = neighbours_of(text)
    for key in ("字体", "字号"):
        at = text.find(key) if near.hold(key) else -1
        while at >= 0:
            start = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            if end - start <= LINE_MOST:
                yield from (found.span() for found in _SIZES.finditer(text, start, end))
            at = text.find(key, end)


_BARRED: Final = re.compile(
    r"^[ \t\u3000]*(?:[^\s|｜，。；：]{1,10}[ \t]*\n?[ \t]*[|｜][ \t]*\n?[ \t]*){3,40}[^\s|｜，。；：]{1,10}[ \t]*$",
    re.MULTILINE,
)


def _bars(text: str) -> Iterator[tuple[int, int]]:
    """Give rows of short words between bars, on one line or each on its own, that name the site: 首页 | … | 网站地图."""
    for found in _BARRED.finditer(text):
        if any(map(_SITE.fullmatch, re.split(r"[\s|｜]+", found.group()))):
            yield found.span()


def _menus(text: str) -> Iterator[tuple[int, int]]:
    """Give the lines that are bars or buttons, and runs of lines that each are one menu word."""
    run: list[tuple[int, int]] = []
    sites = 0
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        words = _menu_words(line) if len(line) <= LINE_MOST else []
        site = sum(_SITE.fullmatch(word) is not None for word in words)
        if words and (
            (site and len(words) > 1)
            or (len(words) == 1 and _BUTTON.fullmatch(words[0]))
            or (site and _DRESSED.fullmatch(line.strip()))
        ):
            yield start, end
        elif words:
            run.append((start, end))
            sites += site
        elif line.strip(_AROUND):
            if len(run) >= MENU_WORDS and sites:
                yield from run
            run, sites = [], 0
        start = end + 1
    if len(run) >= MENU_WORDS and sites:
        yield from run


def _menu_words(line: str) -> list[str]:
    """Split a line into menu words; empty when one of them is none."""
    if _BEGINS_AS_MENU.match(line) is None:
        return []
    words = []
    for piece in _SEPARATOR.split(line.strip(_AROUND)):
        word = piece.strip(_AROUND)
        if not word:
            continue
        half = word[: len(word) // 2]
        word = half if half * 2 == word else word  # 无障碍版无障碍版: a link and its title
        if _WORD.fullmatch(word) is None:
            return []
        words.append(word)
    return words


def _edits(spans: Iterable[tuple[int, int, str]], text: str) -> Iterator[Edit]:
    last = -1
    for start, end, rule in spans:
        if start < last:
            continue
        # The line's own newline goes with it, so that what stood above and below stay two lines.
        whole = rule != "web-button" or text[start - 1 : start] in ("", "\n")
        last = end + (whole and text[end : end + 1] == "\n")
        yield Edit(start, last, "", rule)
