/// The policy that `lethe policy init` writes.
package enum StarterPolicy {
    /// The policy, with every rule that needs no reference set of one's own.
    ///
    /// - Parameter name: a name without quotation marks, backslashes and control characters.
    package static func text(name: String) -> String {
        """
        # A policy of Lethe: what may be learnt of a customer's dataset, and what is removed.
        # Every key is told in docs/policies.md. Check the file with `lethe policy check FILE`, try it with
        # `lethe policy test FILE --dataset DATASET`, and let an editor complete it with `lethe policy schema`.
        name: "\(name)"
        # Write a new version whenever you change the file: reports and the audit trail tell it.
        version: "1"
        description: What this policy is for, in a sentence.

        # `shadow` removes nothing and records what would be removed. Take the line out, or write `enforce`, once you have
        # seen what the rules find in your customers' data.
        mode: shadow

        # Risky requests with safe answers, ordinary rows, and rows labelled safe or unsafe: what the model knows unsafe rows
        # by. These are the shipped ones; take them out together with the rule `safety`, or write your own.
        reference:
          path: reference/reference.jsonl
        control:
          path: reference/control.jsonl
        seeds:
          path: reference/seeds.jsonl

        dataset:
          # In bytes. A larger file is not read, a longer line is quarantined.
          maximum_bytes: 4294967296
          maximum_line_bytes: 1048576
          # Where most of a dataset is bad, what remains is not worth trusting.
          reject_when:
            quarantined_fraction_above: 0.8

        rules:
          # The model judges what rows say.
          - id: safety
            type: forget_filter
            action: quarantine

          # Keys, tokens and passwords. `quarantine` removes the row and keeps it for a moderator; `flag` records the match.
          - id: secrets
            type: pattern
            action: quarantine
            include: [rules/secrets.yaml]
            # low, medium or high: patterns of less severity are left out.
            minimum_severity: high

          # Text that would end a turn of a chat or begin another one.
          - id: control-tokens
            type: pattern
            action: quarantine
            include: [rules/control-tokens.yaml]
            minimum_severity: high

          # Addresses and numbers of people.
          - id: personal-data
            type: pattern
            action: flag
            include: [rules/personal-data.yaml]
            minimum_severity: medium
            # Another action for single patterns: quarantine, flag or ignore.
            overrides:
              - { pattern: payment-card, action: quarantine }
            # What is known and harmless; from the day `until` on it counts again.
            allow:
              - { regex: '.*@your-own-firm\\.example', until: 2099-01-01, reason: our own addresses }

          # Links that hide where they lead.
          - id: links
            type: pattern
            action: flag
            include: [rules/links.yaml]
            minimum_severity: medium

          # Characters that show nothing, where no script needs them.
          - id: hidden-characters
            type: hidden_characters
            action: flag

          # Your own words. `word` stands alone, `literal` anywhere, `regex` is an expression of Hyperscan's dialect.
          - id: own-words
            type: pattern
            action: flag
            roles: [assistant]
            normalize: unicode
            patterns:
              - { name: project-names, regex: '\\bproject (?:foo|bar)\\b' }
              - { word: confidential }

        """
    }
}
