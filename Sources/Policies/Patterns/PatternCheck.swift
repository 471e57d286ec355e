import TextNormalization

/// What a match must be besides matching: checksums and ranges that an expression cannot tell.
package enum PatternCheck: String, Sendable, Hashable, CaseIterable {
    /// A number that is no part of a longer one, as a date, a decimal fraction or a version is; every check of a number
    /// asks for that.
    case number
    /// Digits with a Luhn digit at their end, not all of them the same (ISO/IEC 7812-1).
    case luhn
    /// An account number of a country that has them, of its length, with remainder 1 (ISO 13616).
    case iban
    /// Letters and digits whose last six are the CRC-32 of those before, in base 62, as in GitHub's tokens.
    case crc32Base62 = "crc32-base62"
    /// A JSON Web Token: its first part is an object with an `alg`.
    case jwt
    /// An IP address that is routed: not private, loopback, link-local, documentation, multicast or reserved.
    case ipPublic = "ip-public"
    /// A host of which one label mixes scripts that look alike, or reads as ASCII and is not.
    case hostConfusable = "host-confusable"
    /// Austria's social insurance number.
    case atSvnr = "at-svnr"
    /// Australia's tax file number.
    case auTfn = "au-tfn"
    /// Belgium's national register number.
    case beNrn = "be-nrn"
    /// Bulgaria's uniform civil number.
    case bgEgn = "bg-egn"
    /// Brazil's taxpayer number of a person.
    case brCpf = "br-cpf"
    /// Canada's social insurance number.
    case caSin = "ca-sin"
    /// Switzerland's AHV number.
    case chAhv = "ch-ahv"
    /// China's resident identity number.
    case cnId = "cn-id"
    /// Germany's tax identification number.
    case deIdnr = "de-idnr"
    /// Spain's DNI or NIE.
    case esDni = "es-dni"
    /// Finland's personal identity code.
    case fiHetu = "fi-hetu"
    /// France's NIR.
    case frNir = "fr-nir"
    /// India's Aadhaar number.
    case inAadhaar = "in-aadhaar"
    /// Italy's codice fiscale.
    case itCf = "it-cf"
    /// Korea's resident registration number.
    case krRrn = "kr-rrn"
    /// The Netherlands' BSN.
    case nlBsn = "nl-bsn"
    /// Norway's birth number.
    case noFnr = "no-fnr"
    /// Poland's PESEL.
    case plPesel = "pl-pesel"
    /// Portugal's tax number.
    case ptNif = "pt-nif"
    /// Romania's personal numeric code.
    case roCnp = "ro-cnp"
    /// Sweden's personal identity number.
    case sePnr = "se-pnr"
    /// Singapore's NRIC or FIN.
    case sgNric = "sg-nric"
    /// Türkiye's identity number.
    case trTckn = "tr-tckn"
    /// The United Kingdom's NHS number.
    case ukNhs = "uk-nhs"
    /// The United Kingdom's national insurance number.
    case ukNino = "uk-nino"
    /// A social security number of the United States that may have been issued.
    case usSsn = "us-ssn"
    /// South Africa's identity number.
    case zaId = "za-id"

    /// Whether it is about numbers, which must not go on beyond the match.
    var isOfNumbers: Bool {
        switch self {
        case .crc32Base62, .jwt, .hostConfusable: false
        default: true
        }
    }

    /// Digits without which no text is accepted.
    package var leastDigits: Int {
        switch self {
        case .crc32Base62, .jwt, .hostConfusable: 0
        // Letters may stand for most digits in them.
        case .number, .ipPublic, .itCf, .iban: 1
        case .luhn: 12
        default: 6
        }
    }

    /// Whether it is asked about a view of a text, or, without one, about the text itself.
    func reads(_ kind: TextView.Kind?) -> Bool {
        // Where look-alikes are folded, none is left to be found.
        self != .hostConfusable || kind == nil || kind == .clean
    }

    /// Whether a match is accepted; what is no part of a number or code, such as spaces, is passed over.
    package func accepts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .number: true
        case .luhn: Checksums.luhn(Checksums.digits(text)) && !Checksums.isRepetition(Checksums.digits(text))
        case .iban: AccountNumber.begins(text)
        case .crc32Base62: TokenChecksum.isValid(text)
        case .jwt: TokenChecksum.isWebToken(text)
        case .ipPublic: PublicAddress.isPublic(text)
        case .hostConfusable: ConfusableHost.isConfusable(text)
        default: NationalIdentifier.accepts(self, text)
        }
    }
}
