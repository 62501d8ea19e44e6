@_exported public import IMAP4
@_exported public import MailTransport
@_exported public import Octets
@_exported public import POP3
@_exported public import RFC5322
@_exported public import SASL
@_exported public import SMTP
