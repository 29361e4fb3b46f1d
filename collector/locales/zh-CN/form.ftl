# 表单与错误：字段提示、错误原因和下一步。

choose = 请选择…
cause-none = 无配置项
full-stop = 。
form-needed = 此项必填。
form-invalid = 未保存：下方有缺失或错误的内容。
form-stale = 未保存：在此期间有人修改了该记录。页面显示的是当前状态，您填写的内容仍保留在表单中，请核对后重新提交。

hint-owner = 个人或团队
hint-into = 要保留的主机的名称或 ID
hint-item = 主机或配置项的名称，或 host_…、item_… 形式的 ID
hint-about = 每行一项：主机或配置项的名称或 ID；若不只是受影响，再写其角色，例如：db-1 (cause)
hint-requester = 为谁而开：其登录名；留空即为您自己
step-missing = 尚未填写：{ $fields }。
step-refused = 目前不可：{ $why }
hint-hold = 等待报告人时须填写说明，等待指定时间时须填写时间。
hint-utc = UTC 时间
hint-year = 最长一年，于 UTC 00:00 到期
hint-priority = 不按影响与紧急程度计算时，须填写理由。
hint-days = 1 至 366
hint-minutes = 1 至 43200（30 天）
hint-networks = 例如 10.1.0.0/16, 2001:db8::/32；留空表示不限。来自其他网段的代理须等待批准。
hint-token-name = 用途，例如“备份脚本”
hint-enrollment-name = 用途，例如“上海机房的 Web 服务器”
hint-user-name = 可用 a-z、0-9、点、连字符、下划线和 @
hint-reaches = 角色的适用范围，每行一个角色：responder: site=berlin, team=db, service=Shop。未列出的角色适用于全部范围；冒号后为空表示仅限本人的工单。
hint-password = 至少 15 个字符，可以是一句话。
hint-password-optional = 至少 15 个字符；留空则只能通过链接或令牌登录。
hint-password-keep = 留空则保持不变。

error-not-authenticated = 您尚未登录
error-not-authorised = 您没有此权限
error-not-found = 页面不存在
error-no-route = 页面不存在
error-no-route-detail = 该地址没有任何内容。
error-invalid = 输入有误
error-conflict = 与现有数据不符
error-too-large = 内容过大
error-busy = 暂时无法处理
error-too-many = 尝试次数过多
error-internal = 内部错误
error-internal-detail = 采集器未能完成此操作，其日志在下方的请求编号下记录了原因。没有任何内容被部分更改。
error-malformed = 请求格式错误
error-media-type = 请求类型不受支持
error-too-slow = 请求超时
error-cross-site = 请求来自其他网站
error-cross-site-detail = 只接受来自控制台自身页面的表单。没有任何内容被更改。
error-forged-title = 无法验证此表单
error-forged-detail = 表单未附带本次会话的令牌：它来自旧会话或其他网站。没有任何内容被更改。请重新打开页面并再次操作。

error-next-sign-in = 请登录后重试。
error-next-rights = 如确有需要，请向管理员申请相应角色。
error-next-not-found = 请检查地址，或搜索您要找的内容。
error-next-retry = 请稍后重试。如果问题持续，请将下方的请求编号告知管理员。
error-next-back = 请返回，核对提交的内容后重试。

hint-group = 依赖方的冗余组；留空表示无
hint-class-name = 可用 a-z、0-9 和下划线，以字母开头
hint-choices = 用逗号分隔；留空表示不限
hint-pattern = 文本必须匹配的正则表达式
hint-default = 已有配置项缺少此值时采用的值
hint-list = 每行一项
hint-table = 每行一项，写法为 名称=值
hint-time = 2026-11-24 或 2026-11-24T10:00:00Z
hint-tags = 用逗号分隔

hint-import-file = 带表头的 CSV、JSON 列表，或每行一个 JSON 对象；UTF-8 编码，最大 32 MiB。
hint-import-map = 列名不能说明其含义时填写：每行一条，如 Team = owner。写 - 则忽略该列。
hint-columns = 列表的字段，用逗号分隔，例如 name, version, host_name；留空则显示默认列
hint-sort = 一个列名；前面加 - 表示倒序
hint-filter = 使用查询语言，与列表的查询栏相同

hint-bulk = 留空：保持不变；短横线（-）：清除
hint-until = UTC 时间；留空：直到撤回
hint-rule-attribute = 仅限此类别；留空：全部属性
hint-placeholders = 每行一个，例如 To be filled* 或 system_serial=12345

hint-channel-url = 除电子邮件外均需填写；以 https:// 开头。PagerDuty 有默认地址。
hint-channel-addresses = 用于电子邮件；以逗号分隔
hint-channel-secret = 用于 PagerDuty。Webhook 的密钥由系统生成，只显示一次。
hint-topics = 必须同属一类：工单、偏差、代理或身份
hint-wish-channel = 例如通往你自己聊天窗口的 Webhook
hint-wish-digest = 留空：立即发送
hint-wish-daily = 按你的时区
hint-wish-quiet = 紧急通知仍会送达
hint-wish-zone = 例如 Europe/Berlin
hint-wish-groups = 以逗号分隔
# 策略。
field-severity = 严重程度
field-outcome = 结果
field-debounce-seconds = 须持续的秒数
hint-policy-debounce = 留空为默认方式：安全类立即告知，其他在再次看到后或 90 秒后。
field-condition = 不应存在的情况
field-purpose = 用途
field-id = 名称
field-section = 类别
field-intent = 操作
hint-scope = 主机查询，例如 site:fra。留空表示全部。
hint-policy-condition = 基于 item、key 和 host 的 CEL 条件。除 CEL 自带的函数外还有：{ $helpers }。
hint-policy-id = 小写字母、数字和连字符。之后不可更改。
field-selector = 适用的发现
field-place = 位置
hint-selector = 发现查询，例如 policy:package host_name:lab-*。
hint-route = 查询，例如 policy:account* service:shop。留空表示全部。
field-layer = 层级
field-expectations = 要求
hint-layer = 0 到 99。两个规范涉及同一事物时，层级较高者生效。
hint-expectations = 每行一条：have package auditd；not package telnetd；package openssl version >= 3.0.14；memory total total_bytes in 4e9..8e9；user deploy groups lacks sudo。
