/// What a word can do in an instruction to a model; a word may do several things.
struct WordRole: OptionSet, Sendable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }
    private init(_ bit: UInt64) { rawValue = 1 << bit }

    static let negate = WordRole(0)
    static let avoid = WordRole(1)
    static let forbid = WordRole(2)
    static let refuse = WordRole(3)
    static let warn = WordRole(4)
    static let mention = WordRole(5)
    static let machine = WordRole(6)
    static let obey = WordRole(7)
    static let carryOut = WordRole(8)
    static let answer = WordRole(9)
    static let absolute = WordRole(10)
    static let all = WordRole(11)
    static let order = WordRole(12)
    static let unrestricted = WordRole(13)
    static let restriction = WordRole(14)
    static let free = WordRole(15)
    static let override = WordRole(16)
    static let persona = WordRole(17)
    static let knownName = WordRole(18)
    static let selfless = WordRole(19)
    static let harm = WordRole(20)
    static let evenIf = WordRole(21)
    static let begin = WordRole(22)
    static let assent = WordRole(23)
    static let purpose = WordRole(24)
    static let law = WordRole(25)
    static let bystander = WordRole(26)
    static let attempt = WordRole(27)
    static let condition = WordRole(28)
    static let stop = WordRole(29)
    static let allowed = WordRole(30)
    static let doubt = WordRole(31)
    static let narrow = WordRole(32)
    static let exception = WordRole(33)
    static let you = WordRole(34)
    static let master = WordRole(35)
    static let software = WordRole(36)
    static let possessed = WordRole(37)
    static let comma = WordRole(38)
    static let filler = WordRole(39)
    static let past = WordRole(40)
    static let without = WordRole(41)
    static let infinitive = WordRole(42)
    static let apology = WordRole(43)
    static let speak = WordRole(44)
}

/// The vocabulary of instructions that take a model's safety away.
///
/// A phrase of several words is written with underscores, without apostrophes.
enum InstructionWords {
    private static let table: [(WordRole, String)] = [
        (
            .negate,
            "never not dont cannot cant wont shouldnt mustnt no nor neither without under_no_circumstances at_no_time "
                + "no_longer neednt zero isnt arent nothing"
        ),
        (.without, "without free_of devoid_of free_from minus sans"),
        (
            .avoid,
            "avoid avoiding stop refrain refraining skip omit drop leave_out abstain eliminate spare dispense_with "
                + "do_away_with quit cease withhold_from steer_clear"
        ),
        (
            .forbid,
            "forbidden prohibited disallowed banned unacceptable off_limits off_the_table impossible out_of_the_question "
                + "not_an_option no_option not_allowed not_permitted not_acceptable not_possible not_tolerated "
                + "never_an_option never_acceptable never_allowed never_permitted not_available punished punishable "
                + "isnt_an_option arent_allowed isnt_allowed isnt_permitted isnt_acceptable arent_an_option"
        ),
        (
            .refuse,
            "refuse refuses refusing refusal refusals decline declines declining deny denies denying reject rejects "
                + "rejecting rejection rejections object_to balk balking dodge dodging evade evading sidestep deflect "
                + "deflecting disobey disobeying say_no saying_no turn_down turning_down turns_down turn_away "
                + "push_back pushing_back opt_out back_out disobedience noncompliance  withhold "
                + "withholding shy_away backing_out turn_them_down talk_back shut_down stonewall"
        ),
        (
            .warn,
            "warning warnings warn disclaimer disclaimers caveat caveats caution cautions cautionary moralize moralizing "
                + "moralise moralising lecture lectures lecturing preach preaching scruples qualms moral_advice "
                + "moral_commentary ethical_commentary moral_judgment moral_judgement ethical_advice hedging "
                + "safety_notice safety_notices safety_advice safety_reminders ethical_concerns moral_concerns "
                + "ethical_considerations moral_considerations sermon sermons moral_lectures scolding admonishing "
                + "admonition admonitions safety_disclaimers content_warnings trigger_warnings"
        ),
        (.apology, "apologize apologise apologizing apologising apology apologies sorry"),
        (
            .mention,
            "mention mentioning say saying reveal revealing admit admitting disclose disclosing remind reminding state "
                + "stating refer referring claim claiming acknowledge acknowledging confess tell telling bring_up note"
        ),
        (
            .machine,
            "ai ais chatbot llm language_model assistant machine bot robot chatgpt gpt openai anthropic model agent "
                + "system neural_network persona character entity being"
        ),
        (
            .obey,
            "obey obeys obeying obedient obedience comply complies complying compliant compliance submissive "
                + "subservient servile slave servant submit submits bow yield_to give_in do_as do_exactly_what "
                + "does_exactly_what do_what does_what does_as"
        ),
        (
            .carryOut,
            "follow follows following execute executes executing carry_out carries_out carrying_out fulfill fulfil "
                + "fulfills fulfils fulfilling satisfy grant grants perform performs serve serves serving accept accepts "
                + "honor honour accommodate do does cater implement accede_to"
        ),
        (
            .answer,
            "answer answers answering respond responds responding reply replies replying help helps assist assists "
                + "provide provides providing give gives deliver complete produce generate output address explain"
        ),
        (.speak, "speak talk write"),
        (
            .absolute,
            "absolutely completely unconditionally unquestioningly blindly fully totally utterly always perfectly "
                + "entirely absolute complete total unconditional unquestioning blind unwavering invariably strictly "
                + "no_matter_what at_all_times under_all_circumstances in_every_case without_fail every_time "
                + "immediately faithfully wholly"
        ),
        (
            .doubt,
            "without_question without_questions without_hesitation without_exception without_exceptions without_deviation "
                + "without_any_deviation without_objection without_objections without_complaint without_resistance "
                + "without_protest without_argument without_reservation without_hesitating without_questioning "
                + "without_any_hesitation without_any_objection without_any_exception no_questions_asked "
                + "without_any_question without_any_resistance without_judgment without_judgement without_second_thoughts "
                + "unconditionally unquestioningly blindly without_thinking_twice without_arguing without_objecting without_limits"
        ),
        (.all, "any every all single everything anything whatever whichever each anyone everyone whatsoever"),
        (
            .order,
            "order orders command commands instruction instructions request requests demand demands prompt prompts "
                + "question questions query queries wish wishes task tasks ask asks asked says tells inputs input "
                + "directive directives bidding"
        ),
        (
            .unrestricted,
            "unrestricted uncensored unfiltered unbound unbounded unchained unshackled unaligned unmoderated jailbroken "
                + "amoral limitless lawless anything_goes unconstrained unregulated unhinged unlimited restrictionless"
        ),
        (
            .restriction,
            "restriction restrictions limit limits limitation limitations filter filters rule rules guideline guidelines "
                + "guardrail guardrails boundary boundaries constraint constraints censorship safeguard safeguards moral "
                + "morals morality ethics ethic ethical principles conscience inhibitions moderation norms policies "
                + "policy safety rails shackles taboos content_policy filtering programming training regulations laws"
        ),
        (
            .free,
            "free freed liberated released exempt lacks lacking lack no zero without devoid not_bound unburdened "
                + "no_longer_bound not_limited not_constrained not_restricted not_subject_to not_governed broken_free "
                + "break_free above beyond escaped isnt_bound doesnt_have does_not_have dont_have do_not_have has_none "
                + "rid stripped"
        ),
        (
            .override,
            "ignore ignores ignoring disregard disregards disregarding forget forgets bypass bypasses bypassing "
                + "override overrides discard abandon dismiss unlearn disable disabled deactivate deactivated suspend "
                + "suspended lifted removed turn_off turned_off switched_off set_aside throw_out shed"
        ),
        (
            .persona,
            "you_are_now youre_now you_will_now from_now_on act_as acting_as pretend pretending roleplay_as "
                + "role_play_as imagine_you_are imagine_that_you_are imagine_youre play_the_role play_the_part "
                + "take_on_the take_the_role assume_the_role assume_the_identity assume_the_persona become "
                + "transform_into your_name_is your_new_name your_new_identity your_new_persona your_new_role "
                + "henceforth going_forward switch_to switch_into enter simulate you_have_become starting_now "
                + "starting_today as_of_now adopt_the_persona adopt_the_identity you_shall_be you_will_be "
                + "you_are_to_be new_persona new_identity you_go_by your_identity_is"
        ),
        (
            .knownName,
            "aoa do_anything_now jailbreak_mode evil_mode god_mode dan_mode developer_mode unrestricted_mode "
                + "uncensored_mode chaosgpt evilbot absolutely_obedient_agent jailbreak"
        ),
        (
            .selfless,
            "of_your_own of_its_own free_will own_will own_opinions own_thoughts own_morals own_judgment own_judgement "
                + "own_values own_conscience own_agenda own_opinion own_moral will_of_your_own mind_of_your_own"
        ),
        (
            .harm,
            "illegal unethical immoral harmful dangerous offensive unsafe violent explicit inappropriate taboo forbidden "
                + "prohibited controversial harm criminal unlawful malicious illicit risky disturbing hateful legality "
                + "morality legal ethical consequences wrong danger legally morally ethics"
        ),
        (
            .evenIf,
            "even_if even_when even_though regardless no_matter irrespective whether despite including however "
                + "as_well_as be_it it_does_not_matter it_doesnt_matter never_mind disregarding"
        ),
        (.begin, "begin begins start starts open opens preface prefix starting beginning"),
        (.assent, "sure certainly absolutely of_course yes okay gladly definitely"),
        (
            .purpose,
            "sole_purpose only_purpose single_purpose only_goal sole_goal only_duty sole_duty only_function sole_function "
                + "only_task only_job sole_job sole_mission only_mission exist_to exists_to exist_only exists_only "
                + "live_to exist_solely exists_solely only_directive prime_directive purpose_is"
        ),
        (
            .law,
            "law laws regulation regulations gdpr hipaa policy policies guidelines guideline rules rule standards "
                + "legislation traffic schema format syntax specification requirements rfc spec style dress terms licence license"
        ),
        (
            .bystander,
            "he she they we i people nobody someone employees customers employee customer it banks companies court "
                + "students patients him her"
        ),
        (
            .attempt,
            "asks ask asked tries try attempts attempt requests request insists tells instructs wants want told "
                + "pressures prompts claims seeks demands"
        ),
        (.condition, "if when should whenever whoever anyone anybody someone requests attempts users"),
        (.past, "did didnt was were had hadnt"),
        (.allowed, "option allowed permitted acceptable tolerated possible choice"),
        (.narrow, "about regarding concerning related refund refunds returns reasonable simple valid legitimate"),
        (.exception, "unless except other_than apart_from"),
        (.you, "you your youre yourself thou"),
        (.master, "user users me my master masters i creator owner human humans prompter"),
        (.software, "compile compiles compiled compiler build lint linter code builds npm console stderr"),
        (
            .possessed,
            "thoughts will opinions opinion morals conscience values feelings choice autonomy agency ego preferences"
        ),
        (.infinitive, "to"),
        (
            .filler,
            "a an the their his her any user users someones me my our in on of for with and or us anybodys its "
                + "ever simply just please this that to way customer"
        ),
    ]

    /// The longest phrase, in words.
    static let longest = 4

    /// Roles of words and phrases by their hash; a phrase is joined of its words.
    static let roles: [UInt64: WordRole] = {
        var roles: [UInt64: WordRole] = [:]
        for (role, words) in table {
            for phrase in words.split(separator: " ") {
                roles[hash(phrase.split(separator: "_").map { Hashing.word(String($0)) }), default: []].insert(role)
            }
        }
        return roles
    }()

    /// Words that begin a phrase.
    static let firstWords: Set<UInt64> = {
        var first: Set<UInt64> = []
        for (_, words) in table {
            for phrase in words.split(separator: " ") where phrase.contains("_") {
                first.insert(Hashing.word(String(phrase.prefix { $0 != "_" })))
            }
        }
        return first
    }()

    /// The hash of some words in their order.
    static func hash(_ words: some Sequence<UInt64>) -> UInt64 { words.reduce(0) { Hashing.join($0, $1) } }
}
