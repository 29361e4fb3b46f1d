# 词：封闭集合（状态、严重程度、字段、类别）与各列的名称。

nav = 主导航
nav-overview = 概览
nav-incident = 事件
nav-finding = 偏差
nav-host = 主机
nav-agent = 代理
nav-audit = 审计日志
nav-user = 用户
nav-account = 我的账户

severity-critical = 严重
severity-major = 重要
severity-minor = 次要
severity-warning = 警告
severity-info = 信息

state-new = 新建
state-in-progress = 处理中
state-on-hold = 挂起
state-resolved = 已解决
state-closed = 已关闭
state-cancelled = 已取消

finding-state-pending = 待确认
finding-state-open = 未处理
finding-state-waived = 已豁免
finding-state-suppressed = 已抑制
finding-state-resolved = 已了结

resolution-reverted = 已恢复原状
resolution-accepted = 已接受
resolution-item-gone = 配置项已消失

host-status-up = 在线
host-status-unknown = 失联

lifecycle-discovered = 新发现
lifecycle-active = 使用中
lifecycle-maintenance = 维护中
lifecycle-retired = 已退役

criticality-low = 低
criticality-normal = 一般
criticality-high = 高
criticality-critical = 关键

section-status-ok = 完整
section-status-partial = 不完整
section-status-denied = 权限不足
section-status-failed = 采集失败
section-status-unsupported = 本系统无数据来源

actor-command = Muster，命令行
actor-router = Muster，偏差路由
actor-clock = Muster，定时步骤
actor-drift = Muster，偏差检测
actor-first-report = Muster，首次报告
actor-clone-detection = Muster，克隆检测
actor-enrollment = Muster，注册

token-state-active = 有效
token-state-used = 已用完
token-state-expired = 已过期
token-state-revoked = 已吊销
token-state-locked = 已锁定

agent-state-active = 正常
agent-state-expired = 证书已过期
agent-state-pending = 等待批准
agent-state-quarantined = 已隔离
agent-state-revoked = 已吊销

user-state-active = 启用
user-state-disabled = 停用

operation-added = 新增
operation-removed = 移除
operation-modified = 变更

role-cause = 已确认的起因
role-affected = 受影响
role-suspected = 疑似起因

role-name-administrator = 管理员
role-name-cmdb-owner = CMDB 负责人
role-name-responder = 处理人员
role-name-change-approver = 变更审批人
role-name-viewer = 只读用户
role-name-auditor = 审计员

scope-read = 读取
scope-work = 处理工单与偏差
scope-all = 账户的全部权限

visibility-public = 公开
visibility-internal = 内部

impact-1 = 1 – 广泛
impact-2 = 2 – 有限
impact-3 = 3 – 较小
urgency-1 = 1 – 立即
urgency-2 = 2 – 尽快
urgency-3 = 3 – 可以等待
priority-1 = P1
priority-2 = P2
priority-3 = P3
priority-4 = P4
priority-5 = P5

hold-reason-caller = 等待报告人
hold-reason-vendor = 等待供应商
hold-reason-change = 等待变更
hold-reason-problem = 等待问题处理
hold-reason-evidence = 等待证据
hold-reason-scheduled = 等待指定时间

close-code-fixed = 已修复
close-code-workaround = 临时规避
close-code-no-fault = 未发现故障
close-code-config-reverted = 配置已恢复
close-code-change-rolled-back = 变更已回退
close-code-known-error = 已知错误
close-code-user-error = 操作失误
close-code-vendor-fixed = 供应商已修复
close-code-auto-cleared = 自行消除
close-code-duplicate = 重复

cancel-reason-duplicate = 重复
cancel-reason-false-alarm = 误报
cancel-reason-not-reproducible = 无法重现

event-assign = 已分派
event-start = 开始处理
event-hold = 已挂起
event-resume = 恢复处理
event-resolve = 已解决
event-auto-resolve = 自动解决
event-reopen = 重新打开
event-confirm = 已确认
event-auto-close = 自动关闭
event-cancel = 已取消

do-assign = 分派给小组
do-start = 开始处理
do-hold = 挂起
do-resume = 恢复处理
do-resolve = 解决
do-reopen = 重新打开
do-confirm = 确认并关闭
do-cancel = 取消事件

finding-do-accept = 接受为授权状态
finding-do-waive = 豁免至某日
finding-do-suppress = 抑制一段时间
finding-note-accept = 当前发现的状态将成为授权状态。
finding-note-waive = 凭理由允许该偏差保留至指定日期，到期后重新出现。
finding-note-suppress = 在此之前不再打扰任何人；偏差本身仍有记录。

field-name = 名称
field-display-name = 显示名称
field-title = 标题
field-description = 描述
field-item = 主机或配置项
field-impact = 影响程度
field-urgency = 紧急程度
field-priority = 优先级
field-override-reason = 调整优先级的理由
field-assignment-group = 处理小组
field-assignee = 处理人
field-category = 分类
field-state = 状态
field-reason = 原因
field-justification = 豁免理由
field-expires-at = 截止日期
field-until = 截止时间
field-comment = 说明
field-wake-at = 恢复时间
field-close-code = 解决方式
field-close-notes = 处理说明
field-cause-item = 起因
field-text = 评论
field-visibility = 可见范围
field-owner = 负责人
field-site = 站点
field-criticality = 重要程度
field-lifecycle = 生命周期
field-os = 操作系统
field-kernel = 内核
field-architecture = 架构
field-virtualization = 虚拟化
field-cpu = 处理器
field-memory = 内存
field-addresses = 地址
field-locale = 语言
field-old-password = 当前密码
field-new-password = 新密码
field-password = 密码
field-roles = 角色
field-scopes = 权限范围
field-days = 天数
field-max-uses = 主机数量
field-minutes = 有效分钟数

section-host = 主机
section-cpu = 处理器
section-memory = 内存
section-firmware = 固件
section-disk = 磁盘
section-partition = 分区
section-filesystem = 文件系统
section-mount = 挂载点
section-lvm = LVM
section-raid = RAID
section-interface = 网络接口
section-route = 路由
section-dns = DNS
section-listener = 监听端口
section-connection = 连接
section-package = 软件包
section-repository = 软件源
section-service = 服务
section-timer = 定时器
section-cron = 计划任务
section-user = 账户
section-group = 用户组
section-sudo-rule = sudo 规则
section-authorized-key = 授权密钥
section-login-policy = 登录策略
section-kernel = 内核
section-sysctl = 内核参数
section-module = 内核模块
section-firewall = 防火墙
section-certificate = 证书
section-container = 容器
section-image = 镜像
section-virtual-machine = 虚拟机
section-pci = PCI 设备
section-usb = USB 设备
section-monitor = 显示器
section-battery = 电池
section-sensor = 传感器
section-file = 文件
section-process = 进程
section-time-sync = 时间同步
section-agent = 代理

policy-account-power = 账户或用户组获得特权
policy-account = 账户或用户组出现或消失
policy-account-change = 账户的 shell、主目录或密码状态改变
policy-sudo-rule = sudo 规则出现、消失或改变
policy-authorized-key = 可登录的密钥增加或减少
policy-login-policy = sshd 设置改变
policy-firewall = 包过滤规则改变
policy-kernel-command-line = 内核命令行改变
policy-listener = 临时端口范围之外出现新的监听
policy-unit-state = 服务单元被启用、禁用或屏蔽
policy-mount = 挂载点出现或消失
policy-mount-options = 挂载选项或来源改变
policy-serial = 已知名称下换成了另一台设备
policy-hardware = 硬件出现、消失或容量改变
policy-package = 未经变更流程安装或移除软件包
policy-package-downgrade = 软件包版本低于之前
policy-package-upgrade = 软件包版本高于之前
policy-kernel-release = 正在运行另一个内核
policy-cron = 新的计划任务

col-severity = 严重程度
col-finding = 偏差
col-host = 主机
col-state = 状态
col-policy = 策略
col-last-seen = 最近发现
col-priority = 优先级
col-incident = 事件
col-item = 配置项
col-assignee = 处理人
col-opened = 创建时间
col-name = 名称
col-status = 状态
col-findings = 偏差
col-os = 操作系统
col-addresses = 地址
col-owner = 负责人
col-lifecycle = 生命周期
col-section = 类别
col-items = 数量
col-collected = 采集时间
col-problems = 问题
col-key = 标识
col-attribute = 属性
col-seen = 实际值
col-authorised = 授权值
col-hour = 小时
col-total = 合计
col-number = 序号
col-when = 时间
col-who = 操作者
col-action = 操作
col-object = 对象
col-what = 内容
col-hash = 哈希
col-created = 创建
col-expires = 到期
col-uses = 已用
col-browser = 浏览器
col-begun = 开始
col-used = 最近使用

time-now = 刚刚
time-seconds-ago = { $n } 秒前
time-minutes-ago = { $n } 分钟前
time-hours-ago = { $n } 小时前
time-days-ago = { $n } 天前
time-seconds-ahead = { $n } 秒后
time-minutes-ahead = { $n } 分钟后
time-hours-ahead = { $n } 小时后
time-days-ahead = { $n } 天后
unit-hour = { " " }小时
unit-day = { " " }天

range-24h = 24 小时
range-48h = 48 小时
range-7d = 7 天
