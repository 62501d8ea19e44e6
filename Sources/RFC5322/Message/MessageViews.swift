/// What of a message is its body and what is attached to it, by the rule of RFC 8621 §4.1.4.
public struct MessageViews: Sendable {
    /// The parts to show, in order, to who prefers plain text.
    public private(set) var textBody: [MessagePart] = []
    /// The parts to show, in order, to who prefers HTML.
    public private(set) var htmlBody: [MessagePart] = []
    /// Everything else, in order.
    public private(set) var attachments: [MessagePart] = []

    /// A multipart whose parts are being sorted.
    private struct Frame {
        let parts: [MessagePart]
        let subtype: String
        let isInAlternative: Bool
        /// Whether parts of this multipart may still go into each of the bodies.
        var isForText: Bool
        var isForHTML: Bool
        let textCount: Int
        let htmlCount: Int
        var next = 0
    }

    /// The views of the message whose root is `root`.
    init(_ root: MessagePart) {
        var stack = [
            Frame(
                parts: [root], subtype: "mixed", isInAlternative: false, isForText: true, isForHTML: true, textCount: 0,
                htmlCount: 0)
        ]
        while var frame = stack.popLast() {
            guard frame.next < frame.parts.count else {
                end(frame)
                continue
            }
            let part = frame.parts[frame.next]
            let isFirst = frame.next == 0
            frame.next += 1
            let type = part.mediaType
            if type.type == "multipart" {
                stack.append(frame)
                stack.append(
                    Frame(
                        parts: part.children, subtype: type.subtype,
                        isInAlternative: frame.isInAlternative || type.subtype == "alternative",
                        isForText: frame.isForText, isForHTML: frame.isForHTML, textCount: textBody.count,
                        htmlCount: htmlBody.count))
            } else {
                sort(part, type, isFirst: isFirst, in: &frame)
                stack.append(frame)
            }
        }
    }

    private mutating func sort(_ part: MessagePart, _ type: MediaType, isFirst: Bool, in frame: inout Frame) {
        let isMedia = ["image", "audio", "video"].contains(type.type)
        let isShown = isMedia || type == .plainText || type == .html
        let isAsideFromFirst = frame.subtype != "related" && (isMedia || part.filename == nil)
        guard isShown, part.disposition?.kind != .attachment, isFirst || isAsideFromFirst else {
            attachments.append(part)
            return
        }
        if frame.subtype == "alternative" {
            switch type {
            case .plainText where frame.isForText: textBody.append(part)
            case .html where frame.isForHTML: htmlBody.append(part)
            default: attachments.append(part)
            }
            return
        }
        if frame.isInAlternative {
            if type == .plainText { frame.isForHTML = false }
            if type == .html { frame.isForText = false }
        }
        if frame.isForText { textBody.append(part) }
        if frame.isForHTML { htmlBody.append(part) }
        if isMedia, !frame.isForText || !frame.isForHTML { attachments.append(part) }
    }

    /// An alternative that has one of the bodies only serves as the other too.
    private mutating func end(_ frame: Frame) {
        guard frame.subtype == "alternative", frame.isForText, frame.isForHTML else { return }
        let hasText = textBody.count > frame.textCount
        let hasHTML = htmlBody.count > frame.htmlCount
        if hasHTML, !hasText { textBody += htmlBody[frame.htmlCount...] }
        if hasText, !hasHTML { htmlBody += textBody[frame.textCount...] }
    }
}

extension Message {
    /// What of the message is its body and what is attached to it, by the rule of RFC 8621 §4.1.4.
    public var views: MessageViews { MessageViews(root) }

    /// The text of the first part of `views.textBody` that is `text/plain`; nil where there is none.
    public var text: String? { views.textBody.first { $0.mediaType == .plainText }?.text }

    /// The text of the first part of `views.htmlBody` that is `text/html`; nil where there is none.
    public var html: String? { views.htmlBody.first { $0.mediaType == .html }?.text }

    /// The parts that are attached to the message, by the rule of RFC 8621 §4.1.4.
    public var attachments: [MessagePart] { views.attachments }
}
